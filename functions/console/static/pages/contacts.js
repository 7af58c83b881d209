// One person of a partner: what is known of them, what keeps messages from them, and what an administrator does for
// whoever asks what is stored about them, or to be forgotten.

import { html, useState } from "../vendor/ui.js";
import { path, query } from "../api.js";
import { address, go, Link } from "../routing.js";
import { useLoaded } from "../loading.js";
import { Badge, Loaded, Page, Section, Table, TextField, Time } from "../components/basics.js";
import { Rights } from "../components/rights.js";
import { SuppressDialog, suppressionColumns } from "../components/suppression.js";

export default function Contacts({ partner, me, rest }) {
  return rest.length ? html`<${OneContact} key=${rest[0]} partner=${partner} me=${me} identity=${rest[0]} />` : html`<${Search} partner=${partner} />`;
}

function Search({ partner }) {
  const [typed, setTyped] = useState("");
  const search = (event) => {
    event.preventDefault();
    go(address(partner.partnerId, "contacts", typed.trim()));
  };
  return html`<${Page} title="Contacts" hint="All that is known of one person, by their address.">
    <${Section}><form class="row" role="search" onSubmit=${search}>
      <${TextField} label="Address" type="email" placeholder="ana@example.org" required value=${typed} onChange=${setTyped} />
      <button class="primary">Look up</button>
    </form><//>
  <//>`;
}

function OneContact({ partner, me, identity }) {
  const root = path("partners", partner.partnerId);
  const where = root + path("contacts", identity);
  const state = useLoaded(where);
  const [isSuppressing, setSuppressing] = useState(false);
  const close = () => {
    setSuppressing(false);
    state.reload();
  };
  const canEdit = me.role !== "viewer";
  const actions = html`<${Link} class="button" to=${address(partner.partnerId, "why") + query({ address: identity })}>Why?<//>
    ${canEdit && html`<button type="button" onClick=${() => setSuppressing(true)}>Suppress…</button>`}`;
  return html`<${Page} title=${state.data?.identity ?? identity} hint="A contact: one person of this partner." actions=${actions}>
    <${Loaded} state=${state} what="Loading the contact">${(contact) => html`
      ${contact.suppressions.length > 0 && html`<${Section} title="Suppressions" hint="While one stands, this person is not messaged over what it is for.">
        <${Table} caption="Suppressions" rows=${contact.suppressions} keyOf=${(each) => each.reason + each.scope} columns=${suppressionColumns(canEdit, `${root}/suppressions`, state.reload)} /><//>`}
      <div class="columns">
        <${Traits} traits=${Object.entries(contact.traits)} />
        <${Lists} partner=${partner} segments=${contact.segments} />
      </div>
      <${Touches} partner=${partner} touches=${contact.touches} />`}<//>
    ${me.role === "admin" && state.data && html`<${Rights} where=${where} identity=${state.data.identity} onErased=${state.reload} />`}
    ${isSuppressing && html`<${SuppressDialog} root=${`${root}/suppressions`} identity=${state.data?.identity ?? identity} onClose=${close} />`}
  <//>`;
}

const Traits = ({ traits }) => html`<${Section} title="Traits" hint="What events have said of this person; the latest of each holds.">
  <${Table} caption="Traits" rows=${traits} keyOf=${([name]) => name} empty=${html`<p class="faint">No traits are known. They come with events, such as an identify.</p>`} columns=${[
    { title: "Name", cell: ([name]) => name },
    { title: "Value", cell: ([, { value }]) => (typeof value === "string" ? value : html`<code>${JSON.stringify(value)}</code>`) },
    { title: "Since", class: "nowrap", cell: ([, trait]) => html`<${Time} at=${trait.occurredAt} />` },
  ]} />
<//>`;

const Lists = ({ partner, segments }) => html`<${Section} title="Lists" hint="Segments that are rules are judged when a message is sent, and are not listed here.">
  ${segments.length === 0 ? html`<p class="faint">This person is on no list.</p>` : html`<ul class="plain-list">${segments.map((each) => html`<li key=${each.segmentId}>${each.name ? html`<${Link} to=${address(partner.partnerId, "segments", each.segmentId)}>${each.name}<//>` : html`<code>${each.segmentId}</code> <${Badge}>deleted<//>`}</li>`)}</ul>`}
<//>`;

const Touches = ({ partner, touches }) => html`<${Section} title="Messages that count" hint="Under frequency caps and re-entry rules, as long as they do.">
  <${Table} caption="Messages that count" rows=${touches} keyOf=${(each) => each.flowId + each.eventId} empty=${html`<p class="faint">None at present.</p>`} columns=${[
    { title: "Flow", cell: (each) => html`<${Link} to=${address(partner.partnerId, "flows", each.flowId)}>${each.flowName ?? each.flowId}<//>` },
    { title: "Channel", cell: (each) => each.channel },
    { title: "When", class: "nowrap", cell: (each) => html`<${Time} at=${each.at} />` },
    { title: "Event", class: "minor", cell: (each) => html`<${Link} to=${address(partner.partnerId, "why") + query({ eventId: each.eventId })}><code>${each.eventId}</code><//>` },
  ]} />
<//>`;
