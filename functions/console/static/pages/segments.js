// Segments: named sets of contacts, as an uploaded list or as a rule over traits.

import { html, useState } from "../vendor/ui.js";
import { api, path } from "../api.js";
import { address, go, Link } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Badge, Dialog, Empty, Failure, Field, Loaded, Loading, More, Page, Section, SelectField, Table, TextField, useConfirm } from "../components/basics.js";
import { CsvUpload } from "../components/upload.js";
import { Contact } from "../components/contact-link.js";
import { plural } from "../words.js";

const KINDS = [["list", "A list that you upload"], ["rule", "A rule over the contact's traits"]];
const RULE_HINT = "A condition over contact, as in content: contact.tier == 'gold' and contact.age >= 18. Who lacks a trait is not in the segment.";

export default function Segments({ partner, me, rest }) {
  const root = path("partners", partner.partnerId, "segments");
  const canEdit = me.role !== "viewer";
  return rest.length
    ? html`<${OneSegment} partner=${partner} where=${root + path(rest[0])} canEdit=${canEdit} />`
    : html`<${List} partner=${partner} root=${root} canEdit=${canEdit} />`;
}

function List({ partner, root, canEdit }) {
  const segments = usePages(root);
  const [isOpen, setOpen] = useState(false);
  const columns = [
    { title: "Name", cell: (each) => html`<${Link} to=${address(partner.partnerId, "segments", each.segmentId)}>${each.name}<//>` },
    { title: "Kind", cell: (each) => html`<${Badge}>${each.kind}<//>` },
    { title: "Rule", cell: (each) => each.condition && html`<code>${each.condition}</code>` },
    { title: "Id", class: "minor", cell: (each) => html`<code>${each.segmentId}</code>` },
  ];
  return html`<${Page} title="Segments" hint="Named sets of contacts. A flow's segment membership filters keep those in a segment out, or let only those in."
    actions=${canEdit && html`<button type="button" class="primary" onClick=${() => setOpen(true)}>New segment</button>`}>
    <${Section}>
      <${Failure} error=${segments.error} retry=${segments.reload} />
      ${segments.items === undefined ? !segments.error && html`<${Loading} what="Loading segments" />` : html`<${Table} caption="Segments" rows=${segments.items} columns=${columns} keyOf=${(each) => each.segmentId}
        empty=${html`<${Empty} title="No segments yet">Make one from a list of addresses, or from a rule such as <code>contact.tier == 'gold'</code>.<//>`} /><${More} pages=${segments} />`}
    <//>
    ${isOpen && html`<${NewSegment} root=${root} partner=${partner} onClose=${() => setOpen(false)} />`}
  <//>`;
}

function NewSegment({ root, partner, onClose }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState("list");
  const [condition, setCondition] = useState("");
  const making = useAction(async () => (await api.post(root, { name, kind, ...(kind === "rule" ? { condition } : {}) })).data);
  const submit = async (event) => {
    event.preventDefault();
    const made = await making.run();
    if (made) go(address(partner.partnerId, "segments", made.segmentId));
  };
  return html`<${Dialog} title="New segment" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${TextField} label="Name" required value=${name} onChange=${setName} error=${making.error?.of?.("/name")} />
    <${SelectField} label="Kind" value=${kind} onChange=${setKind} options=${KINDS} />
    ${kind === "rule" && html`<${TextField} label="Rule" required hint=${RULE_HINT} value=${condition} onChange=${setCondition} error=${making.error?.of?.("/condition")} />`}
    <${Failure} error=${making.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${making.isRunning}>Create</button></div>
  </form><//>`;
}

function OneSegment({ partner, where, canEdit }) {
  const state = useLoaded(where);
  const deleting = useAction(async () => {
    await api.del(where, { etag: state.etag });
    go(address(partner.partnerId, "segments"));
  });
  const confirm = useConfirm({ title: "Delete this segment", words: html`<p>It is refused while a flow lists it.</p>`, verb: "Delete", action: deleting });
  return html`<${Page} title=${state.data?.name ?? "Segment"} hint=${state.data && html`<code>${state.data.segmentId}</code>`}
    actions=${canEdit && state.data && html`<button type="button" class="danger" onClick=${confirm.ask}>Delete</button>`}>
    <${Loaded} state=${state} what="Loading the segment">${(segment) => html`
      <${Definition} key=${segment.version} segment=${segment} state=${state} where=${where} canEdit=${canEdit} />
      ${segment.kind === "list" && html`<${Members} partner=${partner} where=${where} canEdit=${canEdit} />`}`}<//>
    ${confirm.dialog}
  <//>`;
}

function Definition({ segment, state, where, canEdit }) {
  const [name, setName] = useState(segment.name);
  const [condition, setCondition] = useState(segment.condition ?? "");
  const saving = useAction(async () => {
    await api.put(where, { name, kind: segment.kind, ...(segment.kind === "rule" ? { condition } : {}) }, { etag: state.etag });
    state.reload();
  });
  const submit = (event) => {
    event.preventDefault();
    saving.run();
  };
  const isChanged = name !== segment.name || condition !== (segment.condition ?? "");
  return html`<${Section} title="Definition"><form class="stack" onSubmit=${submit}>
    <${TextField} label="Name" required disabled=${!canEdit} value=${name} onChange=${setName} error=${saving.error?.of?.("/name")} />
    ${segment.kind === "rule" && html`<${TextField} label="Rule" required disabled=${!canEdit} hint=${RULE_HINT} value=${condition} onChange=${setCondition} error=${saving.error?.of?.("/condition")} />`}
    <${Failure} error=${saving.error} readAgain=${state.reload} />
    ${canEdit && html`<div class="actions"><button class="primary" disabled=${!isChanged || saving.isRunning}>Save</button></div>`}
  </form><//>`;
}

const MODES = [["add", "Add these"], ["replace", "Replace the list by these"], ["remove", "Take these off"]];

function Members({ partner, where, canEdit }) {
  const members = usePages(`${where}/members`);
  const [isOpen, setOpen] = useState(false);
  const [identity, setIdentity] = useState("");
  const adding = useAction(async () => {
    await api.put(where + path("members", identity.trim()));
    setIdentity("");
    members.reload();
  });
  const submit = (event) => {
    event.preventDefault();
    adding.run();
  };
  const columns = [
    { title: "Identity", cell: (each) => html`<${Contact} partner=${partner} identity=${each.identity} />` },
    { title: "", cell: (each) => canEdit && html`<${TakeOff} where=${where} identity=${each.identity} reload=${members.reload} />` },
  ];
  return html`<${Section} title="Members" hint=${members.items && !members.hasMore ? plural(members.items.length, "contact") : ""}
    actions=${canEdit && html`<button type="button" onClick=${() => setOpen(true)}>Upload CSV</button>`}>
    ${canEdit && html`<form class="row" onSubmit=${submit}>
      <${Field} label="Add one">${(tied) => html`<input type="email" required ...${tied} value=${identity} onInput=${(event) => setIdentity(event.target.value)} />`}<//>
      <button disabled=${adding.isRunning}>Add</button></form>`}
    <${Failure} error=${adding.error ?? members.error} retry=${members.error && members.reload} />
    ${members.items === undefined ? !members.error && html`<${Loading} what="Loading members" />` : html`<${Table} caption="Members" rows=${members.items} columns=${columns} keyOf=${(each) => each.identity}
      empty=${html`<${Empty} title="Nobody is on the list">Upload a CSV with a column named <code>email</code>.<//>`} /><${More} pages=${members} />`}
    ${isOpen && html`<${Dialog} title="Upload a list" onClose=${() => { setOpen(false); members.reload(); }}><${CsvUpload} where=${`${where}/import`} finish=${`${where}/replacement/finish`} verb="Upload" modes=${MODES} /><//>`}
  <//>`;
}

function TakeOff({ where, identity, reload }) {
  const removing = useAction(async () => {
    await api.del(where + path("members", identity));
    reload();
  });
  return html`<button type="button" class="small" disabled=${removing.isRunning} aria-label=${`Take off ${identity}`} onClick=${removing.run}>Take off</button>${removing.error && html`<span class="wrong">${removing.error.message}</span>`}`;
}
