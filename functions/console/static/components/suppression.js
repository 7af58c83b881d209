// A standing reason not to message somebody: how it is told, made and lifted.

import { html, useState } from "../vendor/ui.js";
import { api, path, query } from "../api.js";
import { useAction } from "../loading.js";
import { Badge, Dialog, Failure, SelectField, TextField, Time, useConfirm } from "./basics.js";

const SCOPES = [["all", "Every channel"], ["email", "E-mail alone"], ["sms", "SMS alone"], ["push", "Push alone"]];
const REASONS = { unsubscribed: "unsubscribed", bounced: "bounced", complained: "complained", manual: "added by hand" };

// The columns that tell of suppressions, after what says whose they are. `root` is where the API keeps them.
export const suppressionColumns = (canEdit, root, reload) => [
  { title: "Reason", cell: (each) => html`<${Badge}>${REASONS[each.reason] ?? each.reason}<//>` },
  { title: "For", cell: (each) => (each.scope === "all" ? "every channel" : each.scope) },
  { title: "Since", class: "nowrap", cell: (each) => html`<${Time} at=${each.since} />` },
  { title: "By", class: "minor", cell: (each) => each.by },
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

// `identity` is whose it is to be, where that is known already.
export function SuppressDialog({ root, identity: known = "", onClose }) {
  const [identity, setIdentity] = useState(known);
  const [scope, setScope] = useState("all");
  const adding = useAction(() => api.post(root, { identity: identity.trim(), scope }));
  const submit = async (event) => {
    event.preventDefault();
    if (await adding.run()) onClose();
  };
  return html`<${Dialog} title="Suppress an address" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${TextField} label="Address" type="email" required readonly=${Boolean(known)} value=${identity} onChange=${setIdentity} error=${adding.error?.of?.("/identity")} />
    <${SelectField} label="Keep from" value=${scope} onChange=${setScope} options=${SCOPES} />
    <${Failure} error=${adding.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${adding.isRunning}>Suppress</button></div>
  </form><//>`;
}
