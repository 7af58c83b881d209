// What was committed of an event trigger, and how its runs go.

import { html, useState } from "../vendor/ui.js";
import { api } from "../api.js";
import { address, Link } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Badge, Dialog, Empty, Failure, Loaded, Loading, More, Section, State, Table, Time, useConfirm } from "./basics.js";
import { Diff } from "./diff.js";
import { brief, number, span } from "../words.js";

export function Versions({ where, head, canEdit, onRestored }) {
  const versions = usePages(`${where}/versions`);
  const [pair, setPair] = useState(null);
  const reload = () => {
    versions.reload();
    onRestored();
  };
  const columns = [
    { title: "Version", cell: (each) => html`v${each.version}${each.version === head?.version && html` <${Badge} kind="good">in force<//>`}` },
    { title: "Committed", class: "nowrap", cell: (each) => html`<${Time} at=${each.committedAt} />` },
    { title: "By", class: "minor", cell: (each) => each.committedBy },
    { title: "Note", cell: (each) => each.note || (each.restoredFrom ? `restored from version ${each.restoredFrom}` : "") },
    { title: "", cell: (each) => html`<div class="actions">
        ${each.version > 1 && html`<button type="button" class="small" onClick=${() => setPair([each.version - 1, each.version])}>Changes</button>`}
        ${head && each.version !== head.version && html`<button type="button" class="small" onClick=${() => setPair([each.version, head.version])}>Compare with v${head.version}</button>`}
        ${canEdit && head && each.version !== head.version && html`<${Restore} where=${where} version=${each.version} head=${head} onDone=${reload} />`}
      </div>` },
  ];
  return html`<${Section} title="Versions">
    <${Failure} error=${versions.error} retry=${versions.reload} />
    ${versions.items === undefined ? !versions.error && html`<${Loading} what="Loading versions" />` : html`<${Table} caption="Versions" rows=${versions.items} columns=${columns} keyOf=${(each) => each.version}
      empty=${html`<${Empty} title="No version yet">Commit the draft to make the first.<//>`} /><${More} pages=${versions} />`}
    ${pair && html`<${Comparison} where=${where} pair=${pair} onClose=${() => setPair(null)} />`}
  <//>`;
}

function Comparison({ where, pair: [first, second], onClose }) {
  const one = useLoaded(`${where}/versions/${first}`);
  const other = useLoaded(`${where}/versions/${second}`);
  const settings = [["Name", "name"], ["Dialect", "dialect"], ["Look-back", "lookbackSeconds"], ["Maximum event age", "maxEventAgeSeconds"]];
  return html`<${Dialog} title=${`From version ${first} to ${second}`} isWide onClose=${onClose}>
    <${Loaded} state=${one}>${(before) => html`<${Loaded} state=${other}>${(after) => html`
      <dl class="facts">${settings.filter(([, name]) => before[name] !== after[name]).map(([title, name]) => html`<dt>${title}</dt><dd>${shownSetting(name, before[name])} → ${shownSetting(name, after[name])}</dd>`)}</dl>
      <${Diff} before=${before.sql} after=${after.sql} />`}<//>`}<//>
  <//>`;
}

const shownSetting = (name, value) => (name.endsWith("Seconds") ? span(value) : value);

function Restore({ where, version, head, onDone }) {
  const restoring = useAction(async () => {
    await api.post(`${where}/restore`, { version, over: head.version });
    onDone();
  });
  const confirm = useConfirm({ title: `Restore version ${version}`, words: html`<p>It becomes version ${head.version + 1}, which every live flow uses from its next run on.</p>`, verb: "Restore", kind: "primary", action: restoring });
  return html`<button type="button" class="small" onClick=${confirm.ask}>Restore</button>${confirm.dialog}`;
}

export const Health = ({ partner, health }) => html`<${Section} title="Runs for each live flow">
  <${Table} caption="Health" rows=${health} keyOf=${(each) => each.flowId} empty=${html`<${Empty} title="No live flow uses it">A trigger is run only for live flows.<//>`} columns=${[
    { title: "Flow", cell: (each) => html`<${Link} to=${address(partner.partnerId, "flows", each.flowId)}>${each.flowName ?? each.flowId}<//>` },
    { title: "State", cell: (each) => html`<${State} state=${each.state} />` },
    { title: "In words", cell: (each) => each.words },
    { title: "Behind", class: "nowrap", cell: (each) => brief(each.lagSeconds) },
    { title: "Last run", class: "nowrap", cell: (each) => html`<${Time} at=${each.lastRun?.ranAt} />` },
    { title: "Rows", class: "number minor", cell: (each) => (each.lastRun ? number(each.lastRun.rows) : "") },
    { title: "Time", class: "number nowrap minor", cell: (each) => (each.lastRun ? `${number(each.lastRun.elapsedMs)} ms` : "") },
  ]} />
<//>`;
