// The forms that recipes are made from. What they write is plain SQL, shown below and open to be taken over.

import { html, useEffect, useState } from "../vendor/ui.js";
import { api, path } from "../api.js";
import { Failure, Field, SelectField, TextField } from "./basics.js";

const KINDS = [["event", "It happened"], ["repetition", "It happened several times in a period"], ["absence", "It happened, and something did not follow"]];
const COMPARISONS = [
  ["equals", "is"], ["not_equals", "is not"], ["greater_than", "is more than"], ["less_than", "is less than"], ["at_least", "is at least"], ["at_most", "is at most"],
  ["contains", "contains"], ["starts_with", "begins with"], ["one_of", "is one of"], ["exists", "is there"], ["missing", "is missing"], ["is_true", "is true"], ["is_false", "is false"],
];
const WITHOUT_VALUE = new Set(["exists", "missing", "is_true", "is_false"]);
const ROOTS = [["properties", "property"], ["traits", "trait"], ["context", "context"]];
const UNITS = [[60, "minutes"], [3_600, "hours"], [86_400, "days"]];
const WRITE_AFTER_MS = 400; // as long as somebody types, nothing is asked

const anyEvent = () => ({ eventTypes: [], where: null });

export function emptyRecipe(kind) {
  if (kind === "repetition") return { kind, events: anyEvent(), times: 3, periodSeconds: 7 * 86_400 };
  if (kind === "absence") return { kind, starts: [{ events: anyEvent(), key: null }], cancels: [{ events: anyEvent(), key: null }], waitSeconds: 7_200, restarts: true, perPerson: true };
  return { kind: "event", events: anyEvent() };
}

// Give the recipe as it is sent: what is still being typed is left out.
export const ready = (recipe) => JSON.parse(JSON.stringify(recipe, (key, value) => (key === "eventTypes" ? value.filter(Boolean) : value)));

// `onWritten` is given what the recipe writes: {sql, dialect, lookbackSeconds, maxEventAgeSeconds}.
export function RecipeForm({ partner, recipe, onChange, onWritten, isReadOnly = false }) {
  const set = (change) => onChange({ ...recipe, ...change });
  return html`<fieldset disabled=${isReadOnly}><legend>Recipe</legend>
    <${SelectField} label="What to find" value=${recipe.kind} onChange=${(kind) => onChange(emptyRecipe(kind))} options=${KINDS} />
    ${recipe.kind === "absence" ? html`<${Absence} recipe=${recipe} set=${set} />` : html`<${Selector} label="The event" selector=${recipe.events} onChange=${(events) => set({ events })} />`}
    ${recipe.kind === "repetition" && html`<div class="row">
      <${TextField} label="Times" type="number" min="2" value=${recipe.times} onChange=${(times) => set({ times: Number(times) })} />
      <${Span} label="Within" seconds=${recipe.periodSeconds} onChange=${(periodSeconds) => set({ periodSeconds })} /></div>`}
    <${Written} partner=${partner} recipe=${recipe} onWritten=${onWritten} />
  </fieldset>`;
}

const Absence = ({ recipe, set }) => html`
  ${recipe.starts.map((clock, place) => html`<${Clock} label="It begins with" clock=${clock} onChange=${(next) => set({ starts: replaced(recipe.starts, place, next) })} />`)}
  ${recipe.cancels.map((clock, place) => html`<${Clock} label="and is called off by" clock=${clock} onChange=${(next) => set({ cancels: replaced(recipe.cancels, place, next) })} />`)}
  <${Span} label="if that does not come within" seconds=${recipe.waitSeconds} onChange=${(waitSeconds) => set({ waitSeconds })} />
  <label class="check"><input type="checkbox" checked=${recipe.restarts} onChange=${(event) => set({ restarts: event.target.checked })} /> The clock restarts with each further beginning</label>
  <label class="check"><input type="checkbox" checked=${recipe.perPerson} onChange=${(event) => set({ perPerson: event.target.checked })} /> Each person has a clock of their own; needed where there is no key</label>`;

const Clock = ({ label, clock, onChange }) => html`<div class="stack">
  <${Selector} label=${label} selector=${clock.events} onChange=${(events) => onChange({ ...clock, events })} />
  <${TextField} label="Keyed by" hint="A property that ties the two together, such as cartId; empty where there is none." value=${clock.key?.names.join(".") ?? ""}
    onChange=${(text) => onChange({ ...clock, key: text.trim() ? { root: "properties", names: text.trim().split(".") } : null })} />
</div>`;

function Selector({ label, selector, onChange }) {
  const members = selector.where?.members ?? [];
  const setMembers = (next) => onChange({ ...selector, where: next.length ? { joint: selector.where?.joint ?? "all", members: next } : null });
  return html`<fieldset><legend>${label}</legend>
    <${TextField} label="Event types" hint="As in the stream of events, with commas between: add_to_cart, custom_signed_up." required value=${selector.eventTypes.join(", ")} onChange=${(text) => onChange({ ...selector, eventTypes: listed(text) })} />
    ${members.length > 1 && html`<${SelectField} label="Conditions" value=${selector.where.joint} onChange=${(joint) => onChange({ ...selector, where: { ...selector.where, joint } })} options=${[["all", "all must be met"], ["any", "one must be met"]]} />`}
    ${members.map((each, place) => html`<${Condition} key=${place} condition=${each} onChange=${(next) => setMembers(replaced(members, place, next))} onRemove=${() => setMembers(members.filter((_, at) => at !== place))} />`)}
    <div class="actions"><button type="button" class="small" onClick=${() => setMembers([...members, { path: { root: "properties", names: [] }, comparison: "equals", value: "" }])}>Add a condition</button></div>
  </fieldset>`;
}

// Commas are kept while they are typed: the last part may be empty.
const listed = (text) => text.split(",").map((each, place, all) => (place === all.length - 1 ? each.trimStart() : each.trim()));

const replaced = (list, place, next) => list.map((each, at) => (at === place ? next : each));

function Condition({ condition, onChange, onRemove }) {
  if (!condition.path) return html`<p class="hint">A condition that this form does not draw; it stays as it is. <button type="button" class="small" onClick=${onRemove}>Remove</button></p>`;
  const { path: where, comparison, value } = condition;
  const setComparison = (next) => {
    const { value: dropped, ...rest } = condition;
    const kept = WITHOUT_VALUE.has(next) ? {} : { value: next === "one_of" ? [].concat(dropped ?? []) : Array.isArray(dropped) ? dropped[0] : (dropped ?? "") };
    onChange({ ...rest, comparison: next, ...kept });
  };
  return html`<div class="row">
    <${SelectField} label="Of" value=${where.root} onChange=${(root) => onChange({ ...condition, path: { ...where, root } })} options=${ROOTS} />
    <${TextField} label="Name" required placeholder="total or cart.total" value=${where.names.join(".")} onChange=${(text) => onChange({ ...condition, path: { ...where, names: text.split(".") } })} />
    <${SelectField} label="Comparison" value=${comparison} onChange=${setComparison} options=${COMPARISONS} />
    ${!WITHOUT_VALUE.has(comparison) && html`<${Value} value=${value} isList=${comparison === "one_of"} onChange=${(next) => onChange({ ...condition, value: next })} />`}
    <button type="button" class="small" aria-label="Remove the condition" onClick=${onRemove}>Remove</button>
  </div>`;
}

const isNumber = (value) => typeof value === "number";

// What is written as a number is one, unless it is said to be text.
function Value({ value, isList, onChange }) {
  const first = isList ? value?.[0] : value;
  const [asText, setAsText] = useState(typeof first === "string" && first !== "" && !Number.isNaN(Number(first)));
  const [typed, setTyped] = useState(isList ? (value ?? []).join(", ") : String(value?.at ?? value ?? ""));
  const read = (text, keptAsText) => (!keptAsText && text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text);
  const tell = (text, keptAsText) => onChange(isList ? listed(text).map((each) => read(each, keptAsText)) : read(text, keptAsText));
  return html`<${Field} label="Value" hint=${isNumber(first) ? "a number" : ""}>${(tied) => html`<input ...${tied} value=${typed} onInput=${(event) => { setTyped(event.target.value); tell(event.target.value, asText); }} />`}<//>
    <label class="check"><input type="checkbox" checked=${asText} onChange=${(event) => { setAsText(event.target.checked); tell(typed, event.target.checked); }} /> as text</label>`;
}

export function Span({ label, seconds, onChange, hint }) {
  const fitting = [...UNITS].reverse().find(([size]) => seconds % size === 0) ?? UNITS[0];
  const [size, setSize] = useState(fitting[0]);
  return html`<div class="row">
    <${TextField} label=${label} hint=${hint} type="number" min="1" value=${seconds / size} onChange=${(count) => onChange(Math.round(Number(count) * size))} />
    <${SelectField} label="Unit" value=${String(size)} onChange=${(next) => { onChange(Math.round((seconds / size) * Number(next))); setSize(Number(next)); }} options=${UNITS.map(([each, words]) => [String(each), words])} />
  </div>`;
}

// The SQL that the recipe writes, as it stands.
function Written({ partner, recipe, onWritten }) {
  const [written, setWritten] = useState({});
  const text = JSON.stringify(ready(recipe));
  useEffect(() => {
    const timer = setTimeout(() => {
      api.post(path("partners", partner.partnerId, "recipes", "write"), { recipe: JSON.parse(text) })
        .then(({ data }) => {
          setWritten({ data });
          onWritten?.(data);
        })
        .catch((error) => setWritten((standing) => ({ ...standing, error })));
    }, WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  if (written.error) return html`<${Failure} error=${written.error} />`;
  return written.data ? html`<details open><summary>The SQL it writes</summary><pre class="json" tabindex="0" aria-label="The SQL that the recipe writes"><code>${written.data.sql}</code></pre></details>` : null;
}
