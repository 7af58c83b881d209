// The live stream of events, and one event with its identity and all that it led to.

import { html, useState } from "../vendor/ui.js";
import { path, query } from "../api.js";
import { address, go, Link, usePlace } from "../routing.js";
import { useLoaded, usePages } from "../loading.js";
import { Empty, Failure, Json, Loaded, Loading, More, Page, Section, State, Table, TextField, Time } from "../components/basics.js";
import { SeriesChart } from "../components/chart.js";
import { Contact } from "../components/contact-link.js";
import { instant, outcomeName, reasonName } from "../words.js";

const FRESH_MS = 5_000;

export default function Events({ partner, rest }) {
  return rest.length ? html`<${OneEvent} partner=${partner} eventId=${rest[0]} />` : html`<${Stream} partner=${partner} />`;
}

function Stream({ partner }) {
  const { query: asked } = usePlace();
  const [filter, setFilter] = useState({ type: asked.get("type") ?? "", identity: asked.get("identity") ?? "" });
  const here = address(partner.partnerId, "events");
  const root = path("partners", partner.partnerId);
  const wanted = query({ type: asked.get("type"), identity: asked.get("identity") });
  const events = usePages(`${root}/events${wanted}`, { everyMs: FRESH_MS });
  const search = (event) => {
    event.preventDefault();
    go(here + query({ type: filter.type.trim(), identity: filter.identity.trim() }));
  };
  return html`<${Page} title="Events" hint="What partners sent in the last hour, the newest first; new ones appear by themselves.">
    <${Series} root=${root} />
    <${Section}>
      <form class="row" role="search" onSubmit=${search}>
        <${TextField} label="Event type" placeholder="add_to_cart, custom_some_event" value=${filter.type} onChange=${(type) => setFilter({ ...filter, type })} />
        <${TextField} label="Identity" placeholder="ana@example.org" value=${filter.identity} onChange=${(identity) => setFilter({ ...filter, identity })} />
        <button class="primary">Filter</button>
        ${wanted && html`<${Link} to=${here} class="button">Clear</${Link}>`}
      </form>
      <${Failure} error=${events.error} retry=${events.reload} />
      ${events.items === undefined ? !events.error && html`<${Loading} what="Loading events" />` : html`<${EventTable} partner=${partner} events=${events} isFiltered=${Boolean(wanted)} />`}
    <//>
  <//>`;
}

function Series({ root }) {
  const state = useLoaded(`${root}/event-series?by=minute`, { everyMs: 6 * FRESH_MS });
  if (!state.data?.points?.some((point) => Object.keys(point.counts).length)) return null;
  return html`<${Section} title="Events by type, a minute each"><${SeriesChart} label="Events by type in the last hour" points=${state.data.points} /><//>`;
}

function EventTable({ partner, events, isFiltered }) {
  const columns = [
    { title: "Event", cell: (each) => html`<${Link} to=${address(partner.partnerId, "events", each.eventId) + query({ receivedAt: each.receivedAt })}>${each.eventType}<//>` },
    { title: "Identity", cell: (each) => html`<${Contact} partner=${partner} identity=${each.identity} />` },
    { title: "Client", class: "minor", cell: (each) => each.clientId ?? "" },
    { title: "Received", class: "nowrap", cell: (each) => html`<${Time} at=${each.receivedAt} />` },
    { title: "Event id", class: "minor", cell: (each) => html`<code>${each.eventId}</code>` },
  ];
  const empty = isFiltered
    ? html`<${Empty} title="No such events in the last hour">Clear the filter, or look an address up on the page Why.<//>`
    : html`<${Empty} title="No events in the last hour">Send one to <code>/http/v1/collect</code>: the page Settings shows a command that does.<//>`;
  return html`<${Table} caption="Events" columns=${columns} rows=${events.items} keyOf=${(each) => each.eventId + each.receivedAt} empty=${empty} /><${More} pages=${events} />`;
}

function OneEvent({ partner, eventId }) {
  const { query: asked } = usePlace();
  const state = useLoaded(path("partners", partner.partnerId, "events", eventId) + query({ receivedAt: asked.get("receivedAt") }));
  const actions = html`<${Link} class="button" to=${address(partner.partnerId, "why") + query({ eventId })}>Why?<//>`;
  return html`<${Page} title="Event" hint=${html`<code>${eventId}</code>`} actions=${actions}>
    <${Loaded} state=${state} what="Loading the event">${(event) => html`<${Facts} partner=${partner} event=${event} />`}<//>
  <//>`;
}

const Facts = ({ partner, event }) => html`<div class="columns">
  <${Section} title="What was received"><dl class="facts">
    <dt>Type</dt><dd>${event.eventType}</dd>
    <dt>Identity</dt><dd><${Contact} partner=${partner} identity=${event.identity} /></dd>
    <dt>Client id</dt><dd>${event.clientId ?? html`<span class="faint">none</span>`}</dd>
    <dt>User id</dt><dd>${event.userId ?? html`<span class="faint">none</span>`}</dd>
    <dt>Occurred</dt><dd>${instant(event.occurredAt)}</dd>
    <dt>Sent</dt><dd>${event.sentAt ? instant(event.sentAt) : html`<span class="faint">not told</span>`}</dd>
    <dt>Received</dt><dd>${instant(event.receivedAt)}</dd>
  </dl><//>
  <${Section} title="Decisions" hint="What flows made of it.">
    ${event.decisions.length === 0 ? html`<p class="faint">No flow has decided about this event.</p>` : html`<${Table} caption="Decisions" keyOf=${(each) => each.flowId} rows=${event.decisions} columns=${[
      { title: "Flow", cell: (each) => html`<${Link} to=${address(partner.partnerId, "flows", each.flowId)}>${each.flowName ?? each.flowId}<//>` },
      { title: "Outcome", cell: (each) => html`<${State} state=${each.outcome}>${outcomeName(each.outcome)}<//>` },
      { title: "Reason", cell: (each) => reasonName(each.reason) },
      { title: "When", class: "nowrap", cell: (each) => html`<${Time} at=${each.decidedAt} />` },
    ]} />`}
  <//>
</div>
<${Section} title="As it was sent"><${Json} value=${event.body} label="The event as JSON" /><//>`;
