// What stands in the way of a flow, and what it would do with the trigger's matches of the last day.

import { html, useState } from "../vendor/ui.js";
import { api } from "../api.js";
import { useAction } from "../loading.js";
import { Failure, Notice, Section, State, Table } from "./basics.js";
import { Figures } from "./figures.js";
import { Message } from "./message.js";
import { number, outcomeName, reasonName } from "../words.js";

export function Validation({ where, definition }) {
  const validating = useAction(async () => (await api.post(`${where}/validate`, { definition })).data);
  const [validation, setValidation] = useState(null);
  return html`<${Section} title="Validate" hint="Everything is judged as if the flow were live; nothing is written and nothing is sent."
    actions=${html`<button type="button" disabled=${validating.isRunning} onClick=${async () => setValidation((await validating.run()) ?? null)}>${validating.isRunning ? "Validating…" : "Validate"}</button>`}>
    <${Failure} error=${validating.error} />
    ${validation && html`<${Reasons} title="These stand in the way of a launch" kind="bad" reasons=${validation.faults} />
      <${Reasons} title="Look at these" kind="warn" reasons=${validation.warnings} />
      ${validation.faults.length === 0 && html`<${Notice} kind="good">Nothing stands in the way of a launch.<//>`}
      ${validation.rehearsal && html`<${Rehearsal} rehearsal=${validation.rehearsal} tried=${validation.tried} />`}`}
  <//>`;
}

const Reasons = ({ title, kind, reasons }) => reasons.length > 0 && html`<${Notice} kind=${kind}><b>${title}</b><ul>${reasons.map((each) => html`<li><code>${each.path}</code> ${each.reason}</li>`)}</ul><//>`;

export function Rehearsal({ rehearsal, tried }) {
  const sent = rehearsal.tallies.filter((each) => each.outcome === "sent").reduce((total, each) => total + each.count, 0);
  const figures = [["matches", rehearsal.matches], ["judged", rehearsal.judged], ["would be sent", sent], ["contacts", rehearsal.contacts], ...(tried ? [["contacts in the largest run", tried.largestRun]] : [])];
  const split = [...Object.entries(rehearsal.sentByBranch), ...Object.entries(rehearsal.sentByArm)];
  return html`<${Figures} figures=${figures} />
    ${tried?.isCut && html`<${Notice} kind="warn">There were too many events: only the newest were looked at.<//>`}
    ${split.length > 0 && html`<p class="hint">${split.map(([name, count]) => `${name}: ${number(count)}`).join(", ")}</p>`}
    ${rehearsal.failing.length > 0 && html`<h3>Templates that would fail</h3><${Tallies} caption="Templates that would fail" tallies=${rehearsal.failing} />`}
    <h3>What would become of the matches</h3><${Tallies} caption="What would become of the matches" tallies=${rehearsal.tallies} />
    ${rehearsal.messages.length > 0 && html`<details><summary>The first messages that would be sent</summary><div class="stack">${rehearsal.messages.map((each) => html`<details key=${each.eventId}><summary>${each.identity}</summary><${Message} parts=${each.texts} /></details>`)}</div></details>`}`;
}

const Tallies = ({ caption, tallies }) => html`<${Table} caption=${caption} rows=${tallies} empty=${html`<p class="faint">The trigger matched nothing in the last day.</p>`} columns=${[
  { title: "Outcome", cell: (each) => html`<${State} state=${each.outcome}>${outcomeName(each.outcome)}<//>` },
  { title: "Reason", cell: (each) => html`${reasonName(each.reason)}${each.detail && html` <code>${each.detail}</code>`}` },
  { title: "Matches", class: "number", cell: (each) => number(each.count) },
  { title: "Such as", cell: (each) => each.examples.map((example) => example.identity ?? example.eventId).join(", ") },
]} />`;
