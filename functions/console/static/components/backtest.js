// What a committed trigger would have matched over past days.

import { html, useState } from "../vendor/ui.js";
import { api } from "../api.js";
import { usePlace } from "../routing.js";
import { useAction } from "../loading.js";
import { Failure, Notice, Section, Table, TextField } from "./basics.js";
import { Figures } from "./figures.js";
import { Rehearsal } from "./flow-validation.js";
import { number } from "../words.js";

export function Backtest({ where }) {
  const { query: asked } = usePlace();
  const [days, setDays] = useState(asked.get("days") ?? "7");
  const running = useAction(async () => (await api.post(`${where}/backtest`, { days: Number(days) })).data);
  const [result, setResult] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setResult((await running.run()) ?? null);
  };
  return html`<${Section} title="Backtest" hint="What the committed version would have matched over past days. It never sends.">
    <form class="row" onSubmit=${submit}>
      <${TextField} label="Days" type="number" min="1" max="30" value=${days} onChange=${setDays} />
      <button class="primary" disabled=${running.isRunning}>${running.isRunning ? "Running…" : "Run"}</button>
    </form>
    <${Failure} error=${running.error} />
    ${result && html`<${BacktestResult} result=${result} />`}
  <//>`;
}

const BacktestResult = ({ result }) => html`
  <${Figures} figures=${[["matches", result.matches], ["contacts", result.contacts], ["events read", result.events], ["too old", result.tooOld], ["without identity", result.nameless], ["contacts in the largest run", result.largestRun]]} />
  ${result.stopped && html`<${Notice} kind="warn">Not all of the span was looked at: ${result.stopped}<//>`}
  <${Table} caption="Matches by day" rows=${result.byDay} keyOf=${(each) => each.day} empty=${html`<p class="faint">It matched nothing.</p>`} columns=${[
    { title: "Day", cell: (each) => each.day },
    { title: "Matches", class: "number", cell: (each) => number(each.matches) },
    { title: "Contacts", class: "number", cell: (each) => number(each.contacts) },
  ]} />
  ${result.rehearsal && html`<${Rehearsal} rehearsal=${result.rehearsal} />`}`;
