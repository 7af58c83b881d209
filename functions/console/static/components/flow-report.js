// What a flow has done: the funnel from matches to clicks, why others got nothing, by variant, and each decision.

import { html, useState } from "../vendor/ui.js";
import { api, query } from "../api.js";
import { address, Link } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Dialog, Empty, Failure, Loaded, Loading, More, Notice, Section, SelectField, State, Table, Time } from "./basics.js";
import { SeriesChart } from "./chart.js";
import { Figures } from "./figures.js";
import { Trace } from "./trace.js";
import { brief, number, outcomeName, percent, reasonName } from "../words.js";

const FRESH_MS = 5_000;
const HOUR = 3_600_000;
const SPANS = [["1", "last hour"], ["24", "last day"], ["168", "last 7 days"], ["720", "last 30 days"]];
const OUTCOMES = [["", "every outcome"], ...["sent", "held_out", "skipped", "deferred", "failed", "unknown"].map((each) => [each, outcomeName(each)])];
const FUNNEL = [["matched", "matched"], ["sent", "sent"], ["delivered", "delivered"], ["opened", "opened"], ["clicked", "clicked"]];
const COLOURS = { sent: "c", held_out: "e", skipped: "h", deferred: "b", failed: "g", unknown: "f", in_flight: "a" };
const RESENDABLE = new Set(["content_missing_value", "content_error", "channel_rejected"]);

export function Report({ where, flow }) {
  const [hours, setHours] = useState("168");
  const [since, setSince] = useState(() => start("168"));
  const choose = (next) => {
    setHours(next);
    setSince(start(next));
  };
  const state = useLoaded(`${where}/report${query({ since, by: Number(hours) > 48 ? "day" : "hour" })}`, { everyMs: FRESH_MS });
  if (flow.status === "draft") return html`<${Empty} title="Nothing yet">Its report begins when it is launched.<//>`;
  return html`<div class="row"><${SelectField} label="Period" value=${hours} onChange=${choose} options=${SPANS} /></div>
    <${Loaded} state=${state} what="Loading the report">${(report) => html`<${Shown} report=${report} />`}<//>`;
}

// brief counts whole seconds.
const within = (seconds) => (seconds < 1 ? "1 s" : brief(seconds));

const start = (hours) => new Date(Date.now() - Number(hours) * HOUR).toISOString();

function Shown({ report }) {
  const { outcomes, feedback, latency } = report;
  const counts = { matched: report.matched, sent: outcomes.sent ?? 0, ...feedback };
  const reasons = Object.entries(report.reasons).sort(([, one], [, other]) => other - one);
  const variants = Object.entries(report.byVariant);
  return html`
    ${report.isCut && html`<${Notice} kind="warn">There were too many decisions to count all: these are the latest of the period.<//>`}
    <${Section} title="From match to click">
      <ol class="funnel">${FUNNEL.map(([name, words]) => html`<li key=${name}><span class="funnel-words">${words}</span><b>${number(counts[name] ?? 0)}</b>
        <svg class="bar-of" viewBox=${`0 0 ${Math.max(report.matched, 1)} 1`} preserveAspectRatio="none" aria-hidden="true"><rect width=${counts[name] ?? 0} height="1" /></svg>
        <span class="hint">${report.matched ? percent((counts[name] ?? 0) / report.matched) : ""}</span></li>`)}</ol>
      <${Figures} figures=${[
        ["held out", outcomes.held_out ?? 0], ["skipped", outcomes.skipped ?? 0], ["waiting", outcomes.deferred ?? 0], ["failed", outcomes.failed ?? 0], ["unknown", outcomes.unknown ?? 0],
        ["bounced", feedback.bounced ?? 0], ["complained", feedback.complained ?? 0], ["unsubscribed", feedback.unsubscribed ?? 0],
      ]} />
    <//>
    <div class="columns">
      <${Section} title="Why others got nothing">
        <${Table} caption="Reasons" rows=${reasons} keyOf=${([reason]) => reason} empty=${html`<p class="faint">Nobody was left out.</p>`} columns=${[
          { title: "Reason", cell: ([reason]) => html`${reasonName(reason)} <code class="faint">${reason}</code>` },
          { title: "Decisions", class: "number", cell: ([, count]) => number(count) },
        ]} />
      <//>
      <${Section} title="From event to message" hint="How long after it received the event it sent the message.">
        <${Figures} figures=${[["half within", latency ? within(latency.p50Seconds) : "–"], ["99 of 100 within", latency ? within(latency.p99Seconds) : "–"]]} />
      <//>
    </div>
    ${variants.length > 0 && html`<${Section} title="By variant"><${Table} caption="By variant" rows=${variants} keyOf=${([name]) => name} columns=${[
      { title: "Variant", cell: ([name]) => name },
      ...["sent", "held_out", "skipped", "failed"].map((each) => ({ title: outcomeName(each), class: "number", cell: ([, counted]) => number(counted.outcomes[each] ?? 0) })),
      ...["delivered", "opened", "clicked"].map((each) => ({ title: each, class: "number", cell: ([, counted]) => number(counted.feedback[each] ?? 0) })),
    ]} /><//>`}
    ${report.series.length > 0 && html`<${Section} title="Decisions over time"><${SeriesChart} label="Decisions by outcome over time" points=${report.series.map(({ at, outcomes: counts }) => ({ at, counts }))} nameOf=${outcomeName} colourOf=${(outcome) => COLOURS[outcome]} /><//>`}`;
}

export function Deliveries({ partner, where, canEdit }) {
  const [outcome, setOutcome] = useState("");
  const [shown, setShown] = useState(null);
  const decisions = usePages(`${where}/deliveries${query({ outcome })}`, { everyMs: FRESH_MS });
  const [refused, setRefused] = useState(null);
  const resending = useAction(async (eventId) => {
    const { data } = await api.post(`${where}/deliveries/resend`, { eventIds: [eventId] });
    setRefused(data.refused[0]?.reason ?? null);
    if (!data.refused.length) setShown(null);
    decisions.reload();
  });
  const show = (decision) => {
    setRefused(null);
    setShown(decision);
  };
  const columns = [
    { title: "Identity", cell: (each) => html`<button type="button" class="small" onClick=${() => show(each)}>${each.identity ?? "nobody"}</button>` },
    { title: "Outcome", cell: (each) => html`<${State} state=${each.outcome}>${outcomeName(each.outcome)}<//>` },
    { title: "Reason", cell: (each) => html`${reasonName(each.reason)}${each.detail && html` <span class="hint">${each.detail}</span>`}` },
    { title: "Variant", class: "minor", cell: (each) => each.variant ?? "" },
    { title: "When", class: "nowrap", cell: (each) => html`<${Time} at=${each.decidedAt} />` },
    { title: "Event", class: "minor", cell: (each) => html`<${Link} to=${address(partner.partnerId, "why") + query({ eventId: each.eventId })}><code>${each.eventId}</code><//>` },
  ];
  return html`<${Section} title="Deliveries" hint="Each decision about an event, the latest first.">
    <div class="row"><${SelectField} label="Outcome" value=${outcome} onChange=${setOutcome} options=${OUTCOMES} /></div>
    <${Failure} error=${decisions.error} retry=${decisions.reload} />
    ${decisions.items === undefined ? !decisions.error && html`<${Loading} what="Loading deliveries" />` : html`<${Table} caption="Deliveries" rows=${decisions.items} columns=${columns} keyOf=${(each) => each.eventId} empty=${html`<${Empty} title="No such decisions yet">They appear as the flow's trigger finds events.<//>`} /><${More} pages=${decisions} />`}
    ${shown && html`<${Dialog} title=${shown.identity ?? "Nobody"} isWide onClose=${() => setShown(null)}>
      <${Trace} decision=${shown} />
      <${Failure} error=${resending.error} />
      ${refused && html`<${Notice} kind="warn">It stays as it is: ${refused}.<//>`}
      <div class="actions end">
        ${canEdit && RESENDABLE.has(shown.reason) && html`<button type="button" disabled=${resending.isRunning} onClick=${() => resending.run(shown.eventId)}>Decide again, now that it is mended</button>`}
        <${Link} class="button" to=${address(partner.partnerId, "why") + query({ eventId: shown.eventId })}>The whole story<//>
      </div>
    <//>`}
  <//>`;
}

