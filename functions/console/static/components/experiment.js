// What an experiment has shown: each arm's rate, its lift over the control, and whether the split is to be believed.

import { html } from "../vendor/ui.js";
import { useLoaded } from "../loading.js";
import { Badge, Loaded, Notice, Section, Table } from "./basics.js";
import { number, percent, span } from "../words.js";

const points = (difference) => `${difference > 0 ? "+" : ""}${(difference * 100).toFixed(1)} points`;

export function ExperimentResults({ where }) {
  const state = useLoaded(`${where}/experiment`);
  return html`<${Loaded} state=${state} what="Counting who met the goal">${(results) => html`<${Results} results=${results} />`}<//>`;
}

const Results = ({ results }) => html`<${Section} title="Results" hint=${results.goal ? `Goal: ${results.goal.eventType} within ${span(results.goal.attributionSeconds)}. Each contact counts once, from the first message, or from being held out.` : "The experiment has no goal; set one to see conversions."}>
  ${results.isMismatch && html`<${Notice} kind="bad"><p><b>The split is not as it should be</b> (it would come by chance once in ${number(Math.round(1 / Math.max(results.splitProbability, 1e-9)))} times). People of one arm were lost or counted twice; do not believe the results.</p><//>`}
  ${results.shortfalls.length > 0 && html`<${Notice} kind="warn"><b>Not everything was counted</b><ul>${results.shortfalls.map((each) => html`<li>${each}</li>`)}</ul><//>`}
  <${Table} caption="Results by arm" rows=${results.arms} keyOf=${(each) => each.arm} columns=${[
    { title: "Arm", cell: (each) => each.arm },
    { title: "Contacts", class: "number", cell: (each) => number(each.exposed) },
    { title: "Converted", class: "number", cell: (each) => (each.converted === null ? "–" : number(each.converted)) },
    { title: "Rate", class: "number", cell: (each) => (each.rate === null ? "–" : percent(each.rate)) },
    { title: "95 % interval", class: "nowrap", cell: (each) => (each.rate === null ? "–" : `${percent(each.interval.low)} to ${percent(each.interval.high)}`) },
    { title: "Lift over the control", cell: (each) => (each.lift ? html`${points(each.lift.difference)} <span class="hint">(${points(each.lift.low)} to ${points(each.lift.high)})</span> ${isSure(each.lift) && html`<${Badge} kind=${each.lift.difference > 0 ? "good" : "bad"}>sure<//>`}` : html`<span class="faint">control</span>`) },
  ]} />
<//>`;

const isSure = ({ low, high }) => low > 0 || high < 0;
