// Queue messages that were given up, and another try for them.

import { html, useState } from "../vendor/ui.js";
import { api, path } from "../api.js";
import { useAction, useLoaded } from "../loading.js";
import { Badge, Failure, Loaded, Notice, Section, Table } from "./basics.js";
import { number, plural } from "../words.js";

const ROOT = "/dead-letters";
const QUEUES = {
  evaluations: ["Runs", "Event triggers that were to be run."],
  sends: ["Matches", "Matches that were to be decided about and sent."],
  feedback: ["News of messages", "What was told about deliveries, bounces and clicks."],
  schedule: ["Minutes of the schedule", "Minutes that did not begin. The next one covers what they would have: nothing is to be put back."],
};

export function DeadLetters() {
  const state = useLoaded(ROOT);
  const [told, setTold] = useState(null);
  const columns = [
    { title: "What was given up", class: "grow", cell: ({ queue }) => html`<b>${QUEUES[queue]?.[0] ?? queue}</b><br /><span class="hint">${QUEUES[queue]?.[1]}</span>` },
    { title: "About how many", class: "number", cell: ({ count }) => (count ? html`<${Badge} kind="bad">${number(count)}<//>` : "0") },
    { title: "", cell: (each) => each.count > 0 && each.queue !== "schedule" && html`<${PutBack} queue=${each.queue} onDone=${(words) => { setTold(words); state.reload(); }} />` },
  ];
  return html`<${Section} title="Dead letters" hint="What a function gave up after its tries lies here for 14 days, of all partners of this stack. Mend the cause, then put it back.">
    ${told && html`<${Notice} kind="good">${told}<//>`}
    <${Loaded} state=${state} what="Counting dead letters">${({ items }) => html`<${Table} caption="Dead letters" rows=${items} columns=${columns} keyOf=${(each) => each.queue} />`}<//>
  <//>`;
}

function PutBack({ queue, onDone }) {
  const moving = useAction(async () => {
    let moved = 0;
    let data;
    do {
      ({ data } = await api.post(`${ROOT}${path(queue)}/redrive`));
      moved += data.moved;
    } while (data.left > 0 && data.moved > 0);
    onDone(`${plural(moved, "queue message")} put back${data.left ? `; about ${number(data.left)} are left` : ""}. What fails again comes back here.`);
  });
  return html`<button type="button" class="small" disabled=${moving.isRunning} aria-label=${`Put back: ${QUEUES[queue]?.[0] ?? queue}`} onClick=${moving.run}>${moving.isRunning ? "Putting back…" : "Put back"}</button><${Failure} error=${moving.error} />`;
}
