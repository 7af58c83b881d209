// The message that a flow makes of a real event, and a test of it to an address of one's own.

import { html, useState } from "../vendor/ui.js";
import { api } from "../api.js";
import { useAction } from "../loading.js";
import { Failure, Notice, Section, SelectField, TextField } from "./basics.js";
import { Message } from "./message.js";
import { outcomeName, reasonName } from "../words.js";

export function Preview({ where, definition, canTest }) {
  const [chosen, setChosen] = useState({ eventId: "", branch: "", arm: "" });
  const [to, setTo] = useState("");
  const [preview, setPreview] = useState(null);
  const [isSent, setSent] = useState(false);
  const set = (name) => (value) => setChosen({ ...chosen, [name]: value });
  const isEmail = definition.content.channel === "email";
  const body = () => ({ definition, ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value.trim()).map(([name, value]) => [name, value.trim()])) });
  const previewing = useAction(async () => (await api.post(`${where}/preview`, body())).data);
  const testing = useAction(() => api.post(`${where}/test-send`, { ...body(), to: isEmail ? to.trim() : "" }));
  const branches = definition.branches.ordered.map((each) => each.name);
  const arms = (definition.experiment?.variants ?? []).map((each) => each.variantId);
  const choices = (names, none) => [["", none], ...names.map((name) => [name, name])];
  return html`<${Section} title="Preview" hint="What would be sent for a real event; nothing leaves.">
    <div class="row">
      <${TextField} label="Event id" placeholder="the trigger's newest match" value=${chosen.eventId} onChange=${set("eventId")} />
      ${branches.length > 0 && html`<${SelectField} label="Branch" value=${chosen.branch} onChange=${set("branch")} options=${choices(branches, "the contact's own")} />`}
      ${arms.length > 0 && html`<${SelectField} label="Variant" value=${chosen.arm} onChange=${set("arm")} options=${choices(arms, "the contact's own")} />`}
      <button type="button" disabled=${previewing.isRunning} onClick=${async () => setPreview((await previewing.run()) ?? null)}>${previewing.isRunning ? "Rendering…" : "Preview"}</button>
    </div>
    <${Failure} error=${previewing.error} />
    ${preview && html`<${Shown} preview=${preview} />`}
    ${canTest && ["email", "webhook"].includes(definition.content.channel) && html`<div class="row">
      ${isEmail && html`<${TextField} label="Send a test to" type="email" value=${to} onChange=${(next) => { setTo(next); setSent(false); }} />`}
      <button type="button" disabled=${(isEmail && !to.trim()) || testing.isRunning} onClick=${async () => setSent(Boolean(await testing.run()))}>Send a test${isEmail ? "" : " to the destination"}</button>
    </div>`}
    ${isSent && html`<${Notice} kind="good">It was sent, marked as a test.<//>`}
    <${Failure} error=${testing.error} />
  <//>`;
}

function Shown({ preview }) {
  const { verdict } = preview;
  return html`<p class="hint">For ${preview.identity ?? "nobody"}, event <code>${preview.eventId}</code>.${verdict && verdict.outcome !== "sent" && html` In earnest it would be ${outcomeName(verdict.outcome)}: ${reasonName(verdict.reason)}.`}</p>
    ${preview.problem && html`<${Notice} kind="bad">No message: ${reasonName(preview.problem.reason)}${preview.problem.detail && ` (${preview.problem.detail})`}.<//>`}
    ${preview.warnings?.map((each) => html`<${Notice} kind="warn"><p><code>${each.path}</code> ${each.reason}</p><//>`)}
    ${preview.texts && html`<${Message} parts=${preview.texts} />`}`;
}
