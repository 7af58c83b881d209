// Content blocks: pieces of templates that messages include by name.

import { html, useState } from "../vendor/ui.js";
import { api, path } from "../api.js";
import { address, go, Link, useUnsaved } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Dialog, Empty, Failure, Loaded, Loading, More, Page, Section, Table, TextField, useConfirm } from "../components/basics.js";
import { Editor } from "../components/editor.js";

export default function Blocks({ partner, me, rest }) {
  const root = path("partners", partner.partnerId, "blocks");
  const canEdit = me.role !== "viewer";
  return rest.length
    ? html`<${OneBlock} key=${rest[0]} partner=${partner} where=${root + path(rest[0])} name=${rest[0]} canEdit=${canEdit} />`
    : html`<${List} partner=${partner} root=${root} canEdit=${canEdit} />`;
}

function List({ partner, root, canEdit }) {
  const blocks = usePages(root);
  const [isOpen, setOpen] = useState(false);
  const columns = [
    { title: "Name", cell: (each) => html`<${Link} to=${address(partner.partnerId, "blocks", each.name)}>${each.name}<//>` },
    { title: "Included by", cell: (each) => html`<code>{% include '${each.name}' %}</code>` },
    { title: "Version", class: "number", cell: (each) => each.version },
  ];
  return html`<${Page} title="Content blocks" hint="Pieces of templates that messages include by name: a header, a footer, an address."
    actions=${canEdit && html`<button type="button" class="primary" onClick=${() => setOpen(true)}>New block</button>`}>
    <${Section}>
      <${Failure} error=${blocks.error} retry=${blocks.reload} />
      ${blocks.items === undefined ? !blocks.error && html`<${Loading} what="Loading blocks" />` : html`<${Table} caption="Content blocks" rows=${blocks.items} columns=${columns} keyOf=${(each) => each.name}
        empty=${html`<${Empty} title="No content blocks yet">Make one for what many messages share, and write <code>{% include 'footer' %}</code> where it belongs.<//>`} /><${More} pages=${blocks} />`}
    <//>
    ${isOpen && html`<${NewBlock} root=${root} partner=${partner} onClose=${() => setOpen(false)} />`}
  <//>`;
}

function NewBlock({ root, partner, onClose }) {
  const [name, setName] = useState("");
  const making = useAction(() => api.put(root + path(name.trim()), { template: "" }));
  const submit = async (event) => {
    event.preventDefault();
    if (await making.run()) go(address(partner.partnerId, "blocks", name.trim()));
  };
  return html`<${Dialog} title="New content block" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${TextField} label="Name" required value=${name} onChange=${setName} error=${making.error?.of?.("/name")} />
    <${Failure} error=${making.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${making.isRunning}>Create</button></div>
  </form><//>`;
}

function OneBlock({ partner, where, name, canEdit }) {
  const state = useLoaded(where);
  const deleting = useAction(async () => {
    await api.del(where, { etag: state.etag });
    go(address(partner.partnerId, "blocks"));
  });
  const confirm = useConfirm({ title: "Delete this block", words: html`<p>It is refused while a flow's content includes it.</p>`, verb: "Delete", action: deleting });
  return html`<${Page} title=${name} hint=${html`<code>{% include '${name}' %}</code>`} actions=${canEdit && state.data && html`<button type="button" class="danger" onClick=${confirm.ask}>Delete</button>`}>
    <${Loaded} state=${state} what="Loading the block">${(block) => html`<${Template} key=${block.version} block=${block} state=${state} where=${where} canEdit=${canEdit} />`}<//>
    ${confirm.dialog}
  <//>`;
}

function Template({ block, state, where, canEdit }) {
  const [template, setTemplate] = useState(block.template);
  const isChanged = template !== block.template;
  useUnsaved(isChanged);
  const saving = useAction(async () => {
    await api.put(where, { template }, { etag: state.etag });
    state.reload();
  });
  return html`<${Section} title="Template" hint="Messages that include it use what is saved here from the next one on.">
    <${Editor} label="Template of the block" language="template" value=${template} onChange=${setTemplate} isReadOnly=${!canEdit} />
    <${Failure} error=${saving.error} readAgain=${state.reload} />
    ${canEdit && html`<div class="actions"><button type="button" class="primary" disabled=${!isChanged || saving.isRunning} onClick=${saving.run}>Save</button></div>`}
  <//>`;
}
