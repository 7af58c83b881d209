// Who is not messaged, and why.

import { html, useState } from "../vendor/ui.js";
import { api, path, query } from "../api.js";
import { useAction, usePages } from "../loading.js";
import { Badge, Dialog, Empty, Failure, Loading, More, Page, Section, SelectField, Table, TextField, Time, useConfirm } from "../components/basics.js";
import { CsvUpload } from "../components/upload.js";

const SCOPES = [["all", "Every channel"], ["email", "E-mail alone"], ["sms", "SMS alone"], ["push", "Push alone"]];
const REASONS = { unsubscribed: "unsubscribed", bounced: "bounced", complained: "complained", manual: "added by hand" };

export default function Suppressions({ partner, me }) {
  const root = path("partners", partner.partnerId, "suppressions");
  const list = usePages(root);
  const [open, setOpen] = useState(null);
  const canEdit = me.role !== "viewer";
  const close = () => {
    setOpen(null);
    list.reload();
  };
  const actions = canEdit && html`<button type="button" onClick=${() => setOpen("import")}>Import CSV</button><button type="button" class="primary" onClick=${() => setOpen("add")}>Add an address</button>`;
  return html`<${Page} title="Suppressions" hint="Standing reasons not to message somebody. They are asked at the moment of sending, in every flow." actions=${actions}>
    <${Section}>
      <${Failure} error=${list.error} retry=${list.reload} />
      ${list.items === undefined ? !list.error && html`<${Loading} what="Loading suppressions" />` : html`<${Table} caption="Suppressions" rows=${list.items} keyOf=${(each) => each.identity + each.reason + each.scope}
        columns=${columns(canEdit, root, list.reload)}
        empty=${html`<${Empty} title="Nobody is suppressed">Who unsubscribes, whose address bounces, or who complains, is listed here by itself.<//>`} /><${More} pages=${list} />`}
    <//>
    ${open === "add" && html`<${AddDialog} root=${root} onClose=${close} />`}
    ${open === "import" && html`<${Dialog} title="Import addresses" onClose=${close}><${CsvUpload} where=${`${root}/import`} verb="Suppress" /><//>`}
  <//>`;
}

const columns = (canEdit, root, reload) => [
  { title: "Address", cell: (each) => each.identity },
  { title: "Reason", cell: (each) => html`<${Badge}>${REASONS[each.reason] ?? each.reason}<//>` },
  { title: "For", cell: (each) => (each.scope === "all" ? "every channel" : each.scope) },
  { title: "Since", class: "nowrap", cell: (each) => html`<${Time} at=${each.since} />` },
  { title: "By", cell: (each) => each.by },
  { title: "", cell: (each) => canEdit && html`<${Lift} each=${each} root=${root} reload=${reload} />` },
];

function Lift({ each, root, reload }) {
  const lifting = useAction(async () => {
    await api.del(root + path(each.identity) + query({ reason: each.reason, scope: each.scope }));
    reload();
  });
  const confirm = useConfirm({
    title: "Lift this suppression",
    words: html`<p>${each.identity} will be messaged again. ${each.reason === "manual" ? "" : "This person or their mail provider asked for none: be sure that they want it."}</p>`,
    verb: "Lift",
    action: lifting,
  });
  return html`<button type="button" class="small" aria-label=${`Lift the suppression of ${each.identity}`} onClick=${confirm.ask}>Lift</button>${confirm.dialog}`;
}

function AddDialog({ root, onClose }) {
  const [identity, setIdentity] = useState("");
  const [scope, setScope] = useState("all");
  const adding = useAction(() => api.post(root, { identity: identity.trim(), scope }));
  const submit = async (event) => {
    event.preventDefault();
    if (await adding.run()) onClose();
  };
  return html`<${Dialog} title="Suppress an address" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${TextField} label="Address" type="email" required value=${identity} onChange=${setIdentity} error=${adding.error?.of?.("/identity")} />
    <${SelectField} label="Keep from" value=${scope} onChange=${setScope} options=${SCOPES} />
    <${Failure} error=${adding.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${adding.isRunning}>Suppress</button></div>
  </form><//>`;
}
