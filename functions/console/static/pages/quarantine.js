// What did not meet its schema: why, and a way to take it in after a fix.

import { html, useState } from "../vendor/ui.js";
import { api, path, query } from "../api.js";
import { useAction, usePages } from "../loading.js";
import { Dialog, Empty, Failure, Field, Json, Loading, More, Notice, Page, Section, Table, Time, useConfirm } from "../components/basics.js";
import { plural } from "../words.js";

const KEPT_DAYS = 14;
const today = () => new Date().toISOString().slice(0, 10);

export default function Quarantine({ partner, me }) {
  const [day, setDay] = useState(today());
  const [shown, setShown] = useState(null);
  const root = path("partners", partner.partnerId, "quarantine");
  const events = usePages(root + query({ day }));
  const replaying = useAction(async () => {
    const { data } = await api.post(`${root}/replay`, { day });
    events.reload();
    setAnswer(data);
  });
  const [answer, setAnswer] = useState(null);
  const confirm = useConfirm({
    title: "Replay this day",
    words: html`<p>Every event of ${day} is judged anew. What is valid now is taken in as if it came now; the rest stays. Doing it twice is harmless.</p>`,
    verb: "Replay",
    kind: "primary",
    action: replaying,
  });
  const earliest = new Date(Date.now() - KEPT_DAYS * 86_400_000).toISOString().slice(0, 10);
  const canReplay = me.role !== "viewer" && events.items?.length > 0;
  return html`<${Page} title="Quarantine" hint=${`Events that broke their schema, kept for ${KEPT_DAYS} days. Mend what the reasons name, then replay them.`}
    actions=${canReplay && html`<button type="button" class="primary" onClick=${confirm.ask}>Replay this day</button>`}>
    <${Section}>
      <div class="row"><${Field} label="Day (UTC)">${(tied) => html`<input type="date" ...${tied} min=${earliest} max=${today()} value=${day} onInput=${(event) => event.target.value && setDay(event.target.value)} />`}<//></div>
      ${answer && html`<${Replayed} answer=${answer} />`}
      <${Failure} error=${events.error} retry=${events.reload} />
      ${events.items === undefined ? !events.error && html`<${Loading} what="Loading the quarantine" />` : html`<${Table} caption="Events in quarantine" rows=${events.items} keyOf=${(each) => each.eventId + each.receivedAt} columns=${columns(setShown)}
        empty=${html`<${Empty} title="Nothing was quarantined that day">Events that break their schema are listed here with what is wrong.<//>`} /><${More} pages=${events} />`}
    <//>
    ${shown && html`<${Dialog} title="Event in quarantine" isWide onClose=${() => setShown(null)}><${Reasons} reasons=${shown.reasons} /><${Json} value=${shown.body} label="The event as it was sent" /><//>`}
    ${confirm.dialog}
  <//>`;
}

const columns = (show) => [
  { title: "Event", cell: (each) => html`<button type="button" class="small" onClick=${() => show(each)}>${String(each.body.event || each.body.type || "event")}</button>` },
  { title: "Reasons", cell: (each) => html`<${Reasons} reasons=${each.reasons} />` },
  { title: "Received", class: "nowrap", cell: (each) => html`<${Time} at=${each.receivedAt} />` },
  { title: "Event id", class: "minor", cell: (each) => html`<code>${each.eventId}</code>` },
];

const Reasons = ({ reasons }) => html`<ul class="steps">${reasons.map((each) => html`<li><code>${each.path || "/"}</code> ${each.reason}</li>`)}</ul>`;

const Replayed = ({ answer }) => html`<${Notice} kind=${answer.stillInvalid.length ? "warn" : "good"}>
  <p>${plural(answer.replayed, "event")} taken in${answer.stillInvalid.length ? `; ${plural(answer.stillInvalid.length, "event")} still break their schema` : ""}.</p>
<//>`;
