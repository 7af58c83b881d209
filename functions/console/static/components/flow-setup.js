// What a flow is made of, in the order that people think of it; saved as a whole.

import { html, useState } from "../vendor/ui.js";
import { api, path, query } from "../api.js";
import { useUnsaved } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Failure, Field, Loading, Section, SelectField, TextField } from "./basics.js";
import { ContentEditor, channelName, emptyContent } from "./content.js";
import { Span } from "./recipe.js";
import { Preview } from "./flow-preview.js";
import { Validation } from "./flow-validation.js";

const MODES = [["exclude", "Exclude who is in any of them (default)"], ["include_any", "Include only who is in any of them"], ["include_all", "Include only who is in all of them"]];
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DEFINED = ["name", "triggerId", "content", "contents", "segmentFilter", "branches", "experiment", "reEntry", "quietHours", "wait", "safetyLimit", "isTransactional"];

const definitionOf = (flow) => Object.fromEntries(DEFINED.map((name) => [name, flow[name] ?? null]));

export function Setup({ partner, where, flow, etag, canEdit, reload }) {
  const [values, setValues] = useState(definitionOf(flow));
  const set = (name) => (value) => setValues((standing) => ({ ...standing, [name]: value }));
  const isChanged = JSON.stringify(values) !== JSON.stringify(definitionOf(flow));
  useUnsaved(isChanged);
  const saving = useAction(async () => {
    await api.put(where, values, { etag });
    reload();
  });
  const given = { partner, values, set, error: saving.error };
  return html`<fieldset class="bare" disabled=${!canEdit}>
      <${Trigger} ...${given} flow=${flow} />
      <${Filters} ...${given} />
      <${Messages} ...${given} />
      <${BranchesAndExperiment} ...${given} />
      <${Timing} ...${given} />
    </fieldset>
    <${Failure} error=${saving.error} readAgain=${reload} />
    ${canEdit && html`<div class="actions bar"><button type="button" class="primary" disabled=${!isChanged || saving.isRunning} onClick=${saving.run}>${flow.status === "draft" ? "Save draft" : "Save: takes effect at once"}</button>
      ${isChanged && html`<span class="hint">There are changes that are not saved.</span>`}</div>`}
    <${Preview} where=${where} definition=${values} canTest=${canEdit} />
    <${Validation} where=${where} definition=${values} />`;
}

function Trigger({ partner, values, set, error, flow }) {
  const triggers = usePages(path("partners", partner.partnerId, "triggers") + query({ limit: 200 }));
  const options = [[values.triggerId, values.triggerId], ...(triggers.items ?? []).filter((each) => each.version).map((each) => [each.triggerId, each.name])];
  const byId = new Map(options);
  return html`<${Section} title="Trigger" hint="When a contact triggers an event">
    <div class="columns">
      <${TextField} label="Name" required value=${values.name} onChange=${set("name")} error=${error?.of?.("/name")} />
      <${SelectField} label="Event trigger" disabled=${flow.status !== "draft"} hint=${flow.status === "draft" ? "" : "A launched flow keeps its trigger."} value=${values.triggerId} onChange=${set("triggerId")} options=${[...byId]} error=${error?.of?.("/triggerId")} />
    </div>
  <//>`;
}

function Filters({ partner, values, set, error }) {
  const segments = usePages(path("partners", partner.partnerId, "segments") + query({ limit: 200 }));
  const { mode, segmentIds } = values.segmentFilter;
  const change = (part) => set("segmentFilter")({ ...values.segmentFilter, ...part });
  const toggle = (segmentId) => change({ segmentIds: segmentIds.includes(segmentId) ? segmentIds.filter((each) => each !== segmentId) : [...segmentIds, segmentId] });
  return html`<${Section} title="Segment membership filters" hint="Asked at the moment of sending. Somebody unknown is in no segment.">
    <${SelectField} label="Filter" value=${mode} onChange=${(next) => change({ mode: next })} options=${MODES} />
    <fieldset><legend>Segments</legend>
      ${segments.items === undefined ? !segments.error && html`<${Loading} what="Loading segments" />` : segments.items.length === 0 ? html`<p class="hint">There are no segments yet: everybody is messaged.</p>` : segments.items.map((each) => html`<label class="check" key=${each.segmentId}><input type="checkbox" checked=${segmentIds.includes(each.segmentId)} onChange=${() => toggle(each.segmentId)} /> ${each.name}</label>`)}
    </fieldset>
    <${Failure} error=${segments.error} retry=${segments.reload} />
    ${error?.of?.("/segmentFilter") && html`<p class="wrong">${error.of("/segmentFilter")}</p>`}
  <//>`;
}

function Messages({ partner, values, set, error }) {
  const others = Object.entries(values.contents ?? {});
  const setOther = (contentId, content) => set("contents")({ ...values.contents, [contentId]: content });
  const remove = (contentId) => set("contents")(Object.fromEntries(others.filter(([each]) => each !== contentId)));
  const add = () => {
    let place = others.length + 2;
    while (values.contents?.[`message_${place}`]) place += 1;
    setOther(`message_${place}`, emptyContent("email"));
  };
  return html`<${ContentEditor} title="Message" path="/content" content=${values.content} onChange=${set("content")} ...${{ partner, error }} />
    ${others.map(([contentId, content]) => html`<${ContentEditor} key=${contentId} title=${`Message ${contentId}`} path=${`/contents/${contentId}`} content=${content} onChange=${(next) => setOther(contentId, next)} onRemove=${() => remove(contentId)} ...${{ partner, error }} />`)}
    <div class="actions"><button type="button" onClick=${add}>Add another message, for a branch or a variant</button></div>`;
}

const contentOptions = (values) => [["", "the message"], ...Object.entries(values.contents ?? {}).map(([id, content]) => [id, `${id} (${channelName(content.channel)})`])];

function BranchesAndExperiment({ values, set, error }) {
  const { ordered, default: rest } = values.branches;
  const options = contentOptions(values);
  const change = (part) => set("branches")({ ...values.branches, ...part });
  const setBranch = (place, part) => change({ ordered: ordered.map((each, at) => (at === place ? { ...each, ...part } : each)) });
  const add = () => change({ ordered: [...ordered, { name: `Branch ${ordered.length + 1}`, condition: "", contentId: null }] });
  return html`<${Section} title="Branches" hint="The first condition that holds decides which message is sent. Conditions are written as in content: event.properties.total > 100 and contact.tier == 'gold'."
    actions=${html`<button type="button" onClick=${add}>Add a branch</button>`}>
    ${ordered.map((branch, place) => html`<div class="row" key=${place}>
      <${TextField} label="Name" required value=${branch.name} onChange=${(name) => setBranch(place, { name })} />
      <${TextField} label="Condition" class="wide" required value=${branch.condition} onChange=${(condition) => setBranch(place, { condition })} error=${error?.of?.(`/branches/ordered/${place}/condition`)} />
      <${SelectField} label="Sends" value=${branch.contentId ?? ""} onChange=${(id) => setBranch(place, { contentId: id || null })} options=${options} />
      <button type="button" aria-label=${`Remove ${branch.name}`} onClick=${() => change({ ordered: ordered.filter((_, at) => at !== place) })}>Remove</button>
    </div>`)}
    <${SelectField} label=${ordered.length ? "The rest gets" : "Everybody gets"} value=${rest ? (rest.contentId ?? "") : "none"} onChange=${(id) => change({ default: id === "none" ? null : { name: rest?.name ?? "default", contentId: id || null } })} options=${[...options, ["none", "nothing"]]} />
  <//>
  <${Experiment} ...${{ values, set, error, options }} />`;
}

function Experiment({ values, set, error, options }) {
  const { experiment } = values;
  if (!experiment) {
    const begin = () => set("experiment")({ experimentId: `experiment_${Date.now().toString(36)}`, variants: [{ variantId: "a", weight: 50, contentId: null }, { variantId: "b", weight: 50, contentId: null }], holdoutPercent: 0, goal: null });
    return html`<${Section} title="Experiment" hint="Split the contacts between messages, and hold some out." actions=${html`<button type="button" onClick=${begin}>Add an experiment</button>`}><//>`;
  }
  const change = (part) => set("experiment")({ ...experiment, ...part });
  const setVariant = (place, part) => change({ variants: experiment.variants.map((each, at) => (at === place ? { ...each, ...part } : each)) });
  const letter = String.fromCharCode(97 + experiment.variants.length);
  return html`<${Section} title="Experiment" hint="Each contact stays in its variant. The first variant is the control that the others are compared with."
    actions=${html`<button type="button" onClick=${() => change({ variants: [...experiment.variants, { variantId: letter, weight: 50, contentId: null }] })}>Add a variant</button><button type="button" class="danger" onClick=${() => set("experiment")(null)}>Remove</button>`}>
    ${experiment.variants.map((variant, place) => html`<div class="row" key=${place}>
      <${TextField} label="Variant" required value=${variant.variantId} onChange=${(variantId) => setVariant(place, { variantId })} error=${error?.of?.(`/experiment/variants/${place}/variantId`)} />
      <${TextField} label="Weight" type="number" min="0" value=${variant.weight} onChange=${(weight) => setVariant(place, { weight: Number(weight) })} error=${error?.of?.(`/experiment/variants/${place}/weight`)} />
      <${SelectField} label="Sends" value=${variant.contentId ?? ""} onChange=${(id) => setVariant(place, { contentId: id || null })} options=${[["", "what the branch says"], ...options.slice(1)]} />
      ${experiment.variants.length > 1 && html`<button type="button" aria-label=${`Remove variant ${variant.variantId}`} onClick=${() => change({ variants: experiment.variants.filter((_, at) => at !== place) })}>Remove</button>`}
    </div>`)}
    <div class="columns">
      <${TextField} label="Holdout in percent" hint="So many get nothing, to compare with." type="number" min="0" max="100" value=${experiment.holdoutPercent} onChange=${(percent) => change({ holdoutPercent: Number(percent) })} error=${error?.of?.("/experiment/holdoutPercent")} />
      <${TextField} label="Goal: an event type" hint="Such as complete_transaction; empty for none." value=${experiment.goal?.eventType ?? ""} onChange=${(eventType) => change({ goal: eventType ? { attributionSeconds: 7 * 86_400, ...experiment.goal, eventType } : null })} />
      ${experiment.goal && html`<${Span} label="that follows within" seconds=${experiment.goal.attributionSeconds} onChange=${(attributionSeconds) => change({ goal: { ...experiment.goal, attributionSeconds } })} />`}
    </div>
  <//>`;
}

const RE_ENTRY = [["every", "for every event (default)"], ["once", "once, ever"], ["limited", "a number of times in a period"]];

function Timing({ values, set, error }) {
  const { reEntry, wait, quietHours } = values;
  const entry = reEntry.entries === null ? "every" : reEntry.periodSeconds === null ? "once" : "limited";
  const enter = (kind) => set("reEntry")({ every: { entries: null, periodSeconds: null }, once: { entries: 1, periodSeconds: null }, limited: { entries: 1, periodSeconds: 86_400 } }[kind]);
  return html`<${Section} title="Timing and limits">
    <div class="columns">
      <div class="stack"><${SelectField} label="A contact goes through it" value=${entry} onChange=${enter} options=${RE_ENTRY} />
        ${entry === "limited" && html`<${TextField} label="Times" type="number" min="1" value=${reEntry.entries} onChange=${(entries) => set("reEntry")({ ...reEntry, entries: Number(entries) })} error=${error?.of?.("/reEntry/entries")} />
          <${Span} label="In" seconds=${reEntry.periodSeconds} onChange=${(periodSeconds) => set("reEntry")({ ...reEntry, periodSeconds })} />`}</div>
      <${TextField} label="Safety limit" type="number" min="1" hint="A run that would message more contacts stops and waits for approval; empty for none." value=${values.safetyLimit ?? ""} onChange=${(limit) => set("safetyLimit")(limit ? Number(limit) : null)} error=${error?.of?.("/safetyLimit")} />
    </div>
    <label class="check"><input type="checkbox" checked=${values.isTransactional} onChange=${(event) => set("isTransactional")(event.target.checked)} /> Transactional: receipts and codes; exempt from frequency caps</label>
    <label class="check"><input type="checkbox" checked=${Boolean(wait)} onChange=${(event) => set("wait")(event.target.checked ? { delaySeconds: 3_600, exitCondition: null } : null)} /> Wait before sending</label>
    ${wait && html`<${Wait} wait=${wait} onChange=${set("wait")} error=${error} />`}
    <label class="check"><input type="checkbox" checked=${Boolean(quietHours)} onChange=${(event) => set("quietHours")(event.target.checked ? { start: "22:00", end: "08:00", weekdays: [0, 1, 2, 3, 4, 5, 6], mode: "hold" } : null)} /> Quiet hours, in the contact's own time</label>
    ${quietHours && html`<${Quiet} quietHours=${quietHours} onChange=${set("quietHours")} error=${error} />`}
  <//>`;
}

const EXIT = `SELECT identity, event_id FROM event_triggers WHERE event_type = 'complete_transaction'`;

const Wait = ({ wait, onChange, error }) => html`<fieldset><legend>Wait</legend>
  <${Span} label="After the event" seconds=${wait.delaySeconds} onChange=${(delaySeconds) => onChange({ ...wait, delaySeconds })} />
  <label class="check"><input type="checkbox" checked=${Boolean(wait.exitCondition)} onChange=${(event) => onChange({ ...wait, exitCondition: event.target.checked ? { sql: EXIT, key: "identity" } : null })} /> Who does something meanwhile leaves and gets nothing</label>
  ${wait.exitCondition && html`<${Field} label="Exit condition" hint="SQL over the events received up to the moment of sending. It returns event_id and the key." error=${error?.of?.("/wait/exitCondition/sql")}>
      ${(tied) => html`<textarea class="code" rows="5" ...${tied} value=${wait.exitCondition.sql} onInput=${(event) => onChange({ ...wait, exitCondition: { ...wait.exitCondition, sql: event.target.value } })}></textarea>`}<//>
    <${TextField} label="Key" hint="The column that both queries return and by which they belong together: identity, or cartId." value=${wait.exitCondition.key} onChange=${(key) => onChange({ ...wait, exitCondition: { ...wait.exitCondition, key } })} />`}
</fieldset>`;

function Quiet({ quietHours, onChange, error }) {
  const change = (part) => onChange({ ...quietHours, ...part });
  const toggle = (day) => change({ weekdays: quietHours.weekdays.includes(day) ? quietHours.weekdays.filter((each) => each !== day) : [...quietHours.weekdays, day].sort() });
  const time = (label, name) => html`<${Field} label=${label} error=${error?.of?.(`/quietHours/${name}`)}>${(tied) => html`<input type="time" required ...${tied} value=${quietHours[name]} onInput=${(event) => change({ [name]: event.target.value })} />`}<//>`;
  return html`<fieldset><legend>Quiet hours</legend>
    <div class="row">${time("From", "start")}${time("To", "end")}
      <${SelectField} label="A message then" value=${quietHours.mode} onChange=${(mode) => change({ mode })} options=${[["hold", "waits until they end"], ["drop", "is not sent"]]} /></div>
    <div class="row" role="group" aria-label="Days they begin on">${DAYS.map((name, day) => html`<label class="check" key=${name}><input type="checkbox" checked=${quietHours.weekdays.includes(day)} onChange=${() => toggle(day)} /> ${name}</label>`)}</div>
  </fieldset>`;
}
