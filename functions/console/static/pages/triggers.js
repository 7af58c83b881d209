// Event triggers: the list with their health, and one trigger's draft, versions and runs.

import { html, useState } from "../vendor/ui.js";
import { api, path, query } from "../api.js";
import { address, go, Link, useUnsaved } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Badge, Dialog, Empty, Failure, Loaded, Loading, More, NotAllowed, Notice, Page, Section, SelectField, State, Table, Tabs, TextField, Time, useConfirm, whyNot } from "../components/basics.js";
import { Editor } from "../components/editor.js";
import { emptyRecipe, ready, RecipeForm } from "../components/recipe.js";
import { Figures } from "../components/figures.js";
import { Backtest } from "../components/backtest.js";
import { Diff } from "../components/diff.js";
import { Health, Versions } from "../components/trigger-history.js";
import { number } from "../words.js";

const DIALECTS = [["duckdb", "DuckDB"], ["postgres", "PostgreSQL"], ["redshift", "Redshift"], ["snowflake", "Snowflake"], ["bigquery", "BigQuery"], ["trino", "Trino"]];
const HOUR = 3_600;
const HEALTH_MS = 15_000;
const STARTER = `SELECT identity, identity_type, ts, event_type, event_id, event_raw
FROM event_triggers
WHERE event_type = 'custom_some_event'
  AND ts > '{cursor_start_time}' AND ts <= '{cursor_end_time}'`;

export default function Triggers({ partner, me, rest }) {
  const root = path("partners", partner.partnerId, "triggers");
  const given = { partner, root, canEdit: whyNot(me) === null, me };
  if (rest[0] === "new") return given.canEdit ? html`<${NewTrigger} ...${given} />` : html`<${NotAllowed} title="New event trigger">${whyNot(me)}<//>`;
  return rest.length ? html`<${OneTrigger} key=${rest[0]} ...${given} triggerId=${rest[0]} tab=${rest[1] ?? "query"} />` : html`<${List} ...${given} />`;
}

function List({ partner, root, canEdit, me }) {
  const triggers = usePages(root, { everyMs: HEALTH_MS });
  const to = (...parts) => address(partner.partnerId, "triggers", ...parts);
  const columns = [
    { title: "Name", cell: (each) => html`<${Link} to=${to(each.triggerId)}>${each.name}<//>` },
    { title: "Health", cell: (each) => html`<${State} state=${each.state} /> <span class="hint">${each.words}</span>` },
    { title: "Version", cell: (each) => html`${each.version ? `v${each.version}` : html`<span class="faint">not committed</span>`}${each.hasDraft && html` <${Badge} kind="warn">draft<//>`}` },
    { title: "Committed", class: "nowrap minor", cell: (each) => html`<${Time} at=${each.committedAt} />` },
    { title: "Live flows", class: "number", cell: (each) => number(each.liveFlows) },
  ];
  return html`<${Page} title="Event triggers" hint="Saved queries over incoming events. Committing a change takes effect in live flows at once."
    actions=${canEdit && html`<${Link} class="button primary" to=${to("new")}>New trigger<//>`}>
    ${!me.mayTrigger && html`<${Notice}>${whyNot(me)}<//>`}
    <${Section}>
      <${Failure} error=${triggers.error} retry=${triggers.reload} />
      ${triggers.items === undefined ? !triggers.error && html`<${Loading} what="Loading triggers" />` : html`<${Table} caption="Event triggers" rows=${triggers.items} columns=${columns} keyOf=${(each) => each.triggerId}
        empty=${html`<${Empty} title="No event triggers yet">A trigger finds the events that a flow acts on: write its SQL, or begin with a recipe.<//>`} /><${More} pages=${triggers} />`}
    <//>
  <//>`;
}

function NewTrigger({ partner, root }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState("sql");
  const [recipe, setRecipe] = useState(emptyRecipe("event"));
  const making = useAction(async () => (await api.post(root, { name, ...(kind === "sql" ? { sql: STARTER } : { recipe: ready(recipe) }) })).data);
  const submit = async (event) => {
    event.preventDefault();
    const made = await making.run();
    if (made) go(address(partner.partnerId, "triggers", made.triggerId));
  };
  return html`<${Page} title="New event trigger" hint="It becomes a draft; nothing runs before you commit it.">
    <form class="stack" onSubmit=${submit}>
      <${Section}>
        <${TextField} label="Name" required value=${name} onChange=${setName} error=${making.error?.of?.("/name")} />
        <${SelectField} label="Begin with" value=${kind} onChange=${setKind} options=${[["sql", "SQL"], ["recipe", "A recipe: a form that writes the SQL"]]} />
      <//>
      ${kind === "recipe" && html`<${RecipeForm} partner=${partner} recipe=${recipe} onChange=${setRecipe} />`}
      <${Failure} error=${making.error} />
      <div class="actions"><button class="primary" disabled=${making.isRunning}>Create the draft</button></div>
    </form>
  <//>`;
}

function OneTrigger({ partner, root, canEdit, triggerId, tab }) {
  const where = root + path(triggerId);
  const state = useLoaded(where);
  const to = (name) => address(partner.partnerId, "triggers", triggerId, ...(name === "query" ? [] : [name]));
  const tabs = [["query", "Query"], ["versions", "Versions"], ["health", "Health"], ["backtest", "Backtest"]];
  const title = state.data?.draft?.name ?? state.data?.trigger?.name ?? "Event trigger";
  return html`<${Page} title=${title} hint=${html`<code>${triggerId}</code>${state.data?.trigger && ` · version ${state.data.trigger.version} is in force`}`}>
    <${Tabs} label="Event trigger" tabs=${tabs} selected=${tab} onSelect=${(name) => go(to(name))} />
    ${tab === "query" && html`<${DraftEditor} partner=${partner} where=${where} committed=${state.data?.trigger} canEdit=${canEdit} onCommitted=${state.reload} />`}
    ${tab === "versions" && html`<${Versions} where=${where} head=${state.data?.trigger} canEdit=${canEdit} onRestored=${state.reload} />`}
    ${tab === "health" && html`<${Loaded} state=${state} what="Loading the health">${(data) => html`<${Health} partner=${partner} health=${data.health} />`}<//>`}
    ${tab === "backtest" && html`<${Backtest} where=${where} />`}
  <//>`;
}

// --- the draft ---

function DraftEditor({ partner, where, committed, canEdit, onCommitted }) {
  const state = useLoaded(`${where}/draft`);
  const tables = useLoaded(path("partners", partner.partnerId, "tables"));
  return html`<${Loaded} state=${state} what="Loading the draft">${(draft) => html`<${Draft} key=${`${draft.draftId} ${draft.revision}`} ...${{ partner, where, committed, canEdit, onCommitted, draft, state, tables }} />`}<//>`;
}

const fieldsOf = ({ name, sql, dialect, lookbackSeconds, maxEventAgeSeconds, recipe }) => ({ name, sql, dialect, lookbackSeconds, maxEventAgeSeconds, recipe: recipe && ready(recipe) });

function Draft({ partner, where, committed, canEdit, onCommitted, draft, state, tables }) {
  const [values, setValues] = useState(fieldsOf(draft));
  const set = (name) => (value) => setValues({ ...values, [name]: value });
  const isChanged = JSON.stringify(values) !== JSON.stringify(fieldsOf(draft));
  useUnsaved(isChanged);
  const [isCommitting, setCommitting] = useState(false);
  const save = async () => (await api.put(`${where}/draft`, { ...fieldsOf(values), draftId: draft.draftId, baseVersion: draft.baseVersion }, { etag: state.etag })).data;
  const saving = useAction(async () => {
    await save();
    state.reload();
  });
  const validating = useAction(async () => (await api.post(`${where}/draft/validate`, fieldsOf(values))).data);
  const [validation, setValidation] = useState(null);
  const validate = async () => setValidation((await validating.run()) ?? null);
  const discarding = useAction(async () => {
    await api.del(`${where}/draft`, { etag: state.etag });
    state.reload();
    onCommitted();
  });
  const confirmDiscard = useConfirm({ title: "Discard the draft", words: html`<p>What is committed stays in force.</p>`, verb: "Discard", action: discarding });
  const takeWritten = ({ sql, dialect, lookbackSeconds, maxEventAgeSeconds }) => setValues((standing) => ({ ...standing, sql, dialect, lookbackSeconds, maxEventAgeSeconds }));
  const faults = (validating.error?.reasons ?? saving.error?.reasons ?? []).filter((each) => each.path === "/sql");
  const actions = canEdit && html`
    ${draft.revision > 0 && html`<button type="button" class="plain" onClick=${confirmDiscard.ask}>Discard</button>`}
    <button type="button" disabled=${!isChanged || saving.isRunning} onClick=${saving.run}>Save draft</button>
    <button type="button" disabled=${validating.isRunning} onClick=${validate}>${validating.isRunning ? "Validating…" : "Validate"}</button>
    <button type="button" class="primary" onClick=${() => setCommitting(true)}>Commit…</button>`;
  return html`<div class="beside">
      <div class="stack">
        <${Section} title=${draft.revision ? "Draft" : "Committed"} actions=${actions}>
          <div class="columns">
            <${TextField} label="Name" required disabled=${!canEdit} value=${values.name} onChange=${set("name")} />
            <${SelectField} label="Dialect" disabled=${!canEdit} value=${values.dialect} onChange=${set("dialect")} options=${DIALECTS} />
            <${TextField} label="Look-back in hours" hint="History before the window that the query may read." type="number" min="0" max="720" disabled=${!canEdit} value=${values.lookbackSeconds / HOUR} onChange=${(hours) => set("lookbackSeconds")(Math.round(Number(hours) * HOUR))} />
            <${TextField} label="Maximum event age in hours" hint="Older events do not trigger." type="number" min="1" disabled=${!canEdit} value=${values.maxEventAgeSeconds / HOUR} onChange=${(hours) => set("maxEventAgeSeconds")(Math.round(Number(hours) * HOUR))} />
          </div>
          ${values.recipe && html`<details><summary>Made from a recipe</summary><${RecipeForm} partner=${partner} recipe=${values.recipe} onChange=${set("recipe")} onWritten=${takeWritten} isReadOnly=${!canEdit} /></details>`}
          <${Editor} label="SQL of the trigger" value=${values.sql} onChange=${set("sql")} dialect=${values.dialect} columns=${completions(tables.data)} isReadOnly=${!canEdit} />
          ${faults.length > 0 && html`<div class="notice bad" role="alert">${faults.map((each) => html`<p>${each.reason}</p>`)}</div>`}
          <${Failure} error=${faults.length ? null : (validating.error ?? saving.error)} readAgain=${state.reload} />
        <//>
        ${validation && html`<${Validation} validation=${validation} />`}
      </div>
      <${Columns} tables=${tables} />
    </div>
    ${isCommitting && html`<${CommitDialog} ...${{ where, values, draft, save, committed, isChanged }} onClose=${() => setCommitting(false)} onDone=${() => { setCommitting(false); state.reload(); onCommitted(); }} />`}
    ${confirmDiscard.dialog}`;
}

const completions = (tables) => tables && Object.fromEntries(tables.items.map((table) => [table.name, table.columns.map((column) => column.name)]));

// What stands between backticks is code.
const coded = (words) => words.split("`").map((part, place) => (place % 2 ? html`<code>${part}</code>` : part));

const Columns = ({ tables }) => html`<${Section} title="What it may read">
  <${Loaded} state=${tables} what="Loading the columns">${({ items }) => items.map((table) => html`<div><h3><code>${table.name}</code></h3><p class="hint">${coded(table.words)}</p>
    <dl class="terms">${table.columns.map((column) => html`<dt><code>${column.name}</code> <span class="faint">${column.type}</span></dt><dd class="hint">${coded(column.words)}</dd>`)}</dl></div>`)}<//>
  <p class="hint"><code>{cursor_start_time}</code> and <code>{cursor_end_time}</code> are the window of a run, open at its start and closed at its end.</p>
<//>`;

export function Validation({ validation }) {
  const { rules } = validation;
  const figures = [
    ["rows", validation.rowCount], ["would be acted on", rules.sendable], ["without identity", rules.rowsWithoutIdentity], ["further rows of an event", rules.furtherRows],
    ["too old", rules.tooOld], ["of unknown events", rules.unknownEvents],
  ];
  const columns = validation.columns.map((name) => ({ title: name, cell: (row) => cell(row[name]) }));
  return html`<${Section} title="Validation" hint=${`Run over ${number(validation.events)} real events of the last day in ${number(validation.elapsedMs)} ms; nothing was sent.`}>
    ${validation.isCut && html`<${Notice} kind="warn">There were too many events: only the newest were read.<//>`}
    <${Figures} figures=${figures} />
    <${Table} caption="Rows it returned" columns=${columns} rows=${validation.rows} empty=${html`<${Empty} title="It returned no rows">No event of the last day meets it. Send one, or look whether its event type is spelt as in the stream of events.<//>`} />
  <//>`;
}

const cell = (value) => (value === null || value === undefined ? html`<span class="faint">null</span>` : typeof value === "object" ? JSON.stringify(value) : String(value));

function CommitDialog({ where, values, draft, save, committed, isChanged, onClose, onDone }) {
  const [note, setNote] = useState("");
  const isStale = committed && committed.version !== draft.baseVersion;
  const committing = useAction(async () => {
    const saved = isChanged || draft.revision === 0 ? await save() : draft;
    await api.post(`${where}/draft/commit`, { draftId: saved.draftId, revision: saved.revision, note, overOthers: Boolean(isStale) });
  });
  const commit = async (event) => {
    event.preventDefault();
    if (await committing.run()) onDone();
  };
  return html`<${Dialog} title=${`Commit version ${(committed?.version ?? 0) + 1}`} isWide onClose=${onClose}><form class="stack" onSubmit=${commit}>
    <p>Every live flow on this trigger uses it from its next run on.</p>
    ${isStale && html`<${Notice} kind="warn">Version ${committed.version} was committed since this draft began. The changes below are from that version to yours.<//>`}
    <${Diff} before=${committed?.sql ?? ""} after=${values.sql} />
    <${TextField} label="Note" hint="What changed and why, for whoever reads the versions." value=${note} onChange=${setNote} />
    <${Failure} error=${committing.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${committing.isRunning}>Commit</button></div>
  </form><//>`;
}
