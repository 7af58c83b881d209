// Why somebody did, or did not, get a message: one question, the whole story.

import { html, useState } from "../vendor/ui.js";
import { path, query } from "../api.js";
import { address, go, Link, usePlace } from "../routing.js";
import { useLoaded } from "../loading.js";
import { Badge, Empty, Json, Loaded, Notice, Page, Section, SelectField, Table, TextField, Time } from "../components/basics.js";
import { Message } from "../components/message.js";
import { Trace } from "../components/trace.js";
import { instant, outcomeName, reasonName } from "../words.js";

const SPANS = [["1", "last hour"], ["48", "last 2 days"], ["168", "last 7 days"], ["720", "last 30 days"]];
const SOURCES = {
  own: "the event names it itself",
  mapping: "an identify of its client within seven days named it",
  released: "nobody was known when it came; an identify of its client came later",
  nobody: "it is about nobody",
};

export default function Why({ partner }) {
  const { query: asked } = usePlace();
  const eventId = asked.get("eventId");
  const identity = asked.get("address");
  const [typed, setTyped] = useState(eventId ?? identity ?? "");
  const [hours, setHours] = useState(asked.get("hours") ?? "48");
  const search = (event) => {
    event.preventDefault();
    const text = typed.trim();
    go(address(partner.partnerId, "why") + query(text.includes("@") ? { address: text, hours } : { eventId: text }));
  };
  const where = eventId || identity ? path("partners", partner.partnerId, "why") + query({ eventId, address: identity, hours: identity ? (asked.get("hours") ?? "48") : null }) : null;
  return html`<${Page} title="Why" hint="Why did they, or did they not, get it? Ask by an e-mail address or by the id of an event.">
    <${Section}><form class="row" role="search" onSubmit=${search}>
      <${TextField} label="Address or event id" required value=${typed} onChange=${setTyped} />
      <${SelectField} label="For an address, events of the" value=${hours} onChange=${setHours} options=${SPANS} />
      <button class="primary">Ask</button>
    </form><//>
    ${where && html`<${Answer} key=${where} where=${where} partner=${partner} />`}
  <//>`;
}

function Answer({ where, partner }) {
  const state = useLoaded(where);
  return html`<${Loaded} state=${state} what="Looking it up">${(answer) => html`
    ${answer.shortfalls.length > 0 && html`<${Notice} kind="warn"><b>Not everything was looked at</b><ul>${answer.shortfalls.map((each) => html`<li>${each}</li>`)}</ul><//>`}
    ${answer.contact && html`<${Contact} contact=${answer.contact} identity=${answer.identity} />`}
    ${answer.events.map((each) => html`<${EventStory} key=${each.eventId} partner=${partner} story=${each} />`)}
    ${answer.events.length === 0 && html`<${Section}><${Empty} title="No events were found">Nothing was received about it in that time, or it is older than events are kept.<//><//>`}
    <${Leftovers} title="Held: nobody has said who their client is" events=${answer.held} words="It is kept for seven days, until an identify of its client comes." />
    <${Leftovers} title="In quarantine: they broke their schema" events=${answer.quarantined} words="" />`}<//>`;
}

const Contact = ({ contact, identity }) => html`<${Section} title=${identity ?? "The contact"}>
  ${contact.suppressions.length > 0 && html`<${Notice} kind="warn">${contact.suppressions.map((each) => html`<p><b>Suppressed</b> (${each.reason}${each.scope === "all" ? "" : `, ${each.scope} alone`}) since ${instant(each.since)}, by ${each.by}.</p>`)}<//>`}
  <dl class="facts">
    <dt>Segments</dt><dd>${contact.segments.length ? contact.segments.map((each) => html`<${Badge}>${each.name ?? each.segmentId}<//> `) : html`<span class="faint">none</span>`}</dd>
    ${Object.entries(contact.traits).map(([name, trait]) => html`<dt>${name}</dt><dd>${typeof trait.value === "string" ? trait.value : JSON.stringify(trait.value)} <span class="hint">since ${instant(trait.occurredAt)}</span></dd>`)}
  </dl>
<//>`;

function EventStory({ partner, story }) {
  const { event } = story;
  return html`<${Section} title=${event?.eventType ?? "An event that is not stored any more"} hint=${html`<code>${story.eventId}</code>`}
    actions=${event && html`<${Link} class="button small" to=${address(partner.partnerId, "events", story.eventId) + query({ receivedAt: event.receivedAt })}>The event<//>`}>
    ${event && html`<dl class="facts">
      <dt>Received</dt><dd>${instant(event.receivedAt)} (<${Time} at=${event.receivedAt} />)</dd>
      <dt>About</dt><dd>${event.identity ?? html`<span class="faint">nobody</span>`} <span class="hint">${SOURCES[story.source] ?? ""}</span></dd>
    </dl>
    <details><summary>As it was sent</summary><${Json} value=${event.body} /></details>`}
    ${story.flows.length === 0 ? html`<p class="faint">There are no flows.</p>` : story.flows.map((each) => html`<${FlowStory} key=${each.flowId} partner=${partner} answer=${each} />`)}
  <//>`;
}

function FlowStory({ partner, answer }) {
  const { decision, message } = answer;
  const verdict = decision ? `${outcomeName(decision.outcome)}${decision.reason ? `: ${reasonName(decision.reason)}` : ""}` : answer.words;
  return html`<details class="story" open=${Boolean(decision)}>
    <summary>${answer.flowName ?? answer.flowId} <span class="plain-weight">${verdict}</span></summary>
    <p><${Link} to=${address(partner.partnerId, "flows", answer.flowId)}>The flow<//></p>
    ${decision ? html`<${Trace} decision=${decision} />` : html`<p class="hint">${answer.words}</p>`}
    ${message && html`<h3>What it said <span class="hint">(${message.channel}, ${instant(message.renderedAt)})</span></h3><${Message} parts=${message.parts} />`}
  </details>`;
}

const Leftovers = ({ title, events, words }) => events.length > 0 && html`<${Section} title=${title} hint=${words}>
  <${Table} caption=${title} rows=${events} keyOf=${(each) => each.eventId + each.receivedAt} columns=${[
    { title: "Event id", cell: (each) => html`<code>${each.eventId}</code>` },
    { title: "Client", cell: (each) => each.clientId ?? "" },
    { title: "Reasons", cell: (each) => (each.reasons ? each.reasons.map((reason) => html`<div><code>${reason.path}</code> ${reason.reason}</div>`) : "") },
    { title: "Received", class: "nowrap", cell: (each) => html`<${Time} at=${each.receivedAt} />` },
  ]} />
<//>`;
