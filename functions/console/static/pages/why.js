// Why somebody did, or did not, get a message: one question, the whole story.

import { html, useState } from "../vendor/ui.js";
import { path, query } from "../api.js";
import { address, go, Link, usePlace } from "../routing.js";
import { useLoaded } from "../loading.js";
import { Badge, Empty, Json, Loaded, Notice, Page, Section, SelectField, State, Table, TextField, Time } from "../components/basics.js";
import { Contact } from "../components/contact-link.js";
import { Message } from "../components/message.js";
import { Trace } from "../components/trace.js";
import { instant, outcomeName, plural, reasonName } from "../words.js";

const FIRST_SPAN = "24";
const SPANS = [["1", "last hour"], [FIRST_SPAN, "last day"], ["48", "last 2 days"], ["168", "last 7 days"], ["720", "last 30 days"]];
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
  const [hours, setHours] = useState(asked.get("hours") ?? FIRST_SPAN);
  const search = (event) => {
    event.preventDefault();
    const text = typed.trim();
    go(address(partner.partnerId, "why") + query(text.includes("@") ? { address: text, hours } : { eventId: text }));
  };
  const where = eventId || identity ? path("partners", partner.partnerId, "why") + query({ eventId, address: identity, hours: identity ? (asked.get("hours") ?? FIRST_SPAN) : null }) : null;
  return html`<${Page} title="Why" hint="Why did they, or did they not, get it? Ask by an e-mail address or by the id of an event.">
    <${Section}><form class="row" role="search" onSubmit=${search}>
      <${TextField} label="Address or event id" required value=${typed} onChange=${setTyped} />
      <${SelectField} label="For an address, events of the" value=${hours} onChange=${setHours} options=${SPANS} />
      <button class="primary">Ask</button>
    </form><//>
    ${where && html`<${Answer} key=${where} where=${where} partner=${partner} isOfAddress=${!eventId} />`}
  <//>`;
}

function Answer({ where, partner, isOfAddress }) {
  const state = useLoaded(where);
  return html`<${Loaded} state=${state} what="Looking it up">${(answer) => html`
    ${answer.shortfalls.length > 0 && html`<${Notice} kind="warn"><b>Not everything was looked at</b><ul>${answer.shortfalls.map((each) => html`<li>${each}</li>`)}</ul><//>`}
    ${answer.contact && html`<${About} partner=${partner} contact=${answer.contact} identity=${answer.identity} />`}
    <${Events} partner=${partner} events=${answer.events} isOfAddress=${isOfAddress} />
    <${Leftovers} title="Held: nobody has said who their client is" events=${answer.held} words="It is kept for seven days, until an identify of its client comes." />
    <${Leftovers} title="In quarantine: they broke their schema" events=${answer.quarantined} words="" />`}<//>`;
}

const About = ({ partner, contact, identity }) => html`<${Section} title=${identity ?? "The contact"}
  actions=${identity && html`<${Link} class="button small" to=${address(partner.partnerId, "contacts", identity)}>The contact<//>`}>
  ${contact.suppressions.length > 0 && html`<${Notice} kind="warn">${contact.suppressions.map((each) => html`<p><b>Suppressed</b> (${each.reason}${each.scope === "all" ? "" : `, ${each.scope} alone`}) since ${instant(each.since)}, by ${each.by}.</p>`)}<//>`}
  <dl class="facts">
    <dt>Segments</dt><dd>${contact.segments.length ? contact.segments.map((each) => html`<${Badge}>${each.name ?? each.segmentId}<//> `) : html`<span class="faint">none</span>`}</dd>
    ${Object.entries(contact.traits).map(([name, trait]) => html`<dt>${name}</dt><dd>${typeof trait.value === "string" ? trait.value : JSON.stringify(trait.value)} <span class="hint">since ${instant(trait.occurredAt)}</span></dd>`)}
  </dl>
<//>`;

// A person's decisions come first. Of their many events that led to none each is one line.
function Events({ partner, events, isOfAddress }) {
  if (events.length === 0) return html`<${Section}><${Empty} title="No events were found">Nothing was received about it in that time, or it is older than events are kept.<//><//>`;
  if (!isOfAddress) return events.map((each) => html`<${OneEvent} key=${each.eventId} partner=${partner} story=${each} />`);
  const decided = events.flatMap((story) => story.flows.filter((each) => each.decision).map((answer) => ({ story, answer })));
  const others = events.filter((story) => !story.flows.some((each) => each.decision));
  return html`
    <${Section} title="What flows decided" hint="The latest event first; each opens with every check.">
      ${decided.length === 0 && html`<p class="faint">No flow decided about this person in that time.</p>`}
      ${decided.map(({ story, answer }) => html`<${Decided} key=${`${story.eventId} ${answer.flowId}`} partner=${partner} answer=${answer} story=${story} />`)}
    <//>
    ${others.length > 0 && html`<${Section} title="Events without a decision" hint=${`${plural(others.length, "event")}; each says why.`}>
      <div class="stories">${others.map((each) => html`<details key=${each.eventId}><summary>${each.event?.eventType ?? html`<code>${each.eventId}</code>`} <span class="hint">${each.event && html`<${Time} at=${each.event.receivedAt} />`} · ${inShort(each.flows)}</span></summary>
        <${EventFacts} partner=${partner} story=${each} /><${Undecided} partner=${partner} flows=${each.flows} /></details>`)}</div>
    <//>`}`;
}

const APART = new Set(["before_launch", "before_resuming", "ended", "paused"]); // flows that were not live then

function inShort(flows) {
  const [first, ...more] = [...flows].sort((one, other) => APART.has(one.coverage) - APART.has(other.coverage));
  if (!first) return "there are no flows";
  return `${first.flowName ?? first.flowId}: ${first.words}${more.length ? `, and ${plural(more.length, "other flow")}` : ""}`;
}

function OneEvent({ partner, story }) {
  const decided = story.flows.filter((each) => each.decision);
  return html`<${Section} title=${story.event?.eventType ?? "An event that is not stored any more"} hint=${story.event ? html`<${Time} at=${story.event.receivedAt} />` : html`<code>${story.eventId}</code>`}>
    ${decided.map((each) => html`<${Decided} key=${each.flowId} partner=${partner} answer=${each} isOpen />`)}
    ${story.flows.length === 0 ? html`<p class="faint">There are no flows.</p>` : html`<${Undecided} partner=${partner} flows=${story.flows.filter((each) => !each.decision)} />`}
    <${EventFacts} partner=${partner} story=${story} />
  <//>`;
}

const EventFacts = ({ partner, story: { eventId, event, source } }) => event && html`<dl class="facts">
    <dt>Event id</dt><dd><${Link} to=${address(partner.partnerId, "events", eventId) + query({ receivedAt: event.receivedAt })}><code>${eventId}</code><//></dd>
    <dt>Received</dt><dd>${instant(event.receivedAt)}</dd>
    <dt>About</dt><dd><${Contact} partner=${partner} identity=${event.identity} /> <span class="hint">${SOURCES[source] ?? ""}</span></dd>
  </dl>
  <details><summary>As it was sent</summary><${Json} value=${event.body} /></details>`;

// `story` is of the event, where the page does not tell of it elsewhere.
function Decided({ partner, answer, story, isOpen = false }) {
  const { decision, message } = answer;
  return html`<details class="story" open=${isOpen}>
    <summary>${answer.flowName ?? answer.flowId} <${State} state=${decision.outcome}>${outcomeName(decision.outcome)}<//> <span class="plain-weight">${reasonName(decision.reason)}</span>${story?.event && html` <span class="hint plain-weight">${story.event.eventType}, <${Time} at=${story.event.receivedAt} /></span>`}</summary>
    <p><${Link} to=${address(partner.partnerId, "flows", answer.flowId)}>The flow<//></p>
    <${Trace} decision=${decision} />
    ${message && html`<h3>What it said <span class="hint">(${message.channel}, ${instant(message.renderedAt)})</span></h3><${Message} parts=${message.parts} />`}
    ${story && html`<h3>The event</h3><${EventFacts} partner=${partner} story=${story} />`}
  </details>`;
}

const Undecided = ({ partner, flows }) => flows.length > 0 && html`<dl class="facts">${flows.map((each) => html`<dt key=${each.flowId}><${Link} to=${address(partner.partnerId, "flows", each.flowId)}>${each.flowName ?? each.flowId}<//></dt><dd>${each.words}</dd>`)}</dl>`;

const Leftovers = ({ title, events, words }) => events.length > 0 && html`<${Section} title=${title} hint=${words}>
  <${Table} caption=${title} rows=${events} keyOf=${(each) => each.eventId + each.receivedAt} columns=${[
    { title: "Event id", cell: (each) => html`<code>${each.eventId}</code>` },
    { title: "Client", cell: (each) => each.clientId ?? "" },
    { title: "Reasons", cell: (each) => (each.reasons ? each.reasons.map((reason) => html`<div><code>${reason.path}</code> ${reason.reason}</div>`) : "") },
    { title: "Received", class: "nowrap", cell: (each) => html`<${Time} at=${each.receivedAt} />` },
  ]} />
<//>`;
