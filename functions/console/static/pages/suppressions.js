// Who is not messaged, and why.

import { html, useState } from "../vendor/ui.js";
import { path } from "../api.js";
import { usePages } from "../loading.js";
import { Dialog, Empty, Failure, Loading, More, Page, Section, Table } from "../components/basics.js";
import { Contact } from "../components/contact-link.js";
import { SuppressDialog, suppressionColumns } from "../components/suppression.js";
import { CsvUpload } from "../components/upload.js";

export default function Suppressions({ partner, me }) {
  const root = path("partners", partner.partnerId, "suppressions");
  const list = usePages(root);
  const [open, setOpen] = useState(null);
  const canEdit = me.role !== "viewer";
  const close = () => {
    setOpen(null);
    list.reload();
  };
  const columns = [{ title: "Address", cell: (each) => html`<${Contact} partner=${partner} identity=${each.identity} />` }, ...suppressionColumns(canEdit, root, list.reload)];
  const actions = canEdit && html`<button type="button" onClick=${() => setOpen("import")}>Import CSV</button><button type="button" class="primary" onClick=${() => setOpen("add")}>Add an address</button>`;
  return html`<${Page} title="Suppressions" hint="Standing reasons not to message somebody. They are asked at the moment of sending, in every flow." actions=${actions}>
    <${Section}>
      <${Failure} error=${list.error} retry=${list.reload} />
      ${list.items === undefined ? !list.error && html`<${Loading} what="Loading suppressions" />` : html`<${Table} caption="Suppressions" rows=${list.items} keyOf=${(each) => each.identity + each.reason + each.scope} columns=${columns}
        empty=${html`<${Empty} title="Nobody is suppressed">Who unsubscribes, whose address bounces, or who complains, is listed here by itself.<//>`} /><${More} pages=${list} />`}
    <//>
    ${open === "add" && html`<${SuppressDialog} root=${root} onClose=${close} />`}
    ${open === "import" && html`<${Dialog} title="Import addresses" onClose=${close}><${CsvUpload} where=${`${root}/import`} verb="Suppress" /><//>`}
  <//>`;
}
