// The templates of one message, by its channel, and what they make of a real event.

import { html, useState } from "../vendor/ui.js";
import { api, path } from "../api.js";
import { useAction, usePages } from "../loading.js";
import { Failure, Field, Notice, Section, SelectField, Tabs, TextField } from "./basics.js";
import { Editor } from "./editor.js";
import { Message } from "./message.js";

const CHANNELS = [["email", "E-mail"], ["webhook", "Webhook"], ["sms", "SMS"], ["push", "Push"]];
const EMPTY = {
  email: { channel: "email", subject: "", text: "", html: null, fromName: null },
  webhook: { channel: "webhook", destinationId: "", body: '{"email": {{ contact.email | tojson }}}' },
  sms: { channel: "sms", text: "" },
  push: { channel: "push", title: "", body: "", data: null },
};

export const channelName = (channel) => Object.fromEntries(CHANNELS)[channel] ?? channel;
export const emptyContent = (channel) => ({ ...EMPTY[channel] });

// `path` is where the content is in the flow, for the reasons of a refusal; `definition` is the flow as it stands.
export function ContentEditor({ title, path: at, content, contentId = null, onChange, onRemove, partner, error, where, definition }) {
  const set = (name) => (value) => onChange({ ...content, [name]: value });
  const given = { content, set, of: (name) => error?.of?.(`${at}/${name}`) };
  const form = { email: Email, webhook: Webhook, sms: Sms, push: Push }[content.channel];
  return html`<${Section} title=${title} hint="Jinja2: {{ contact.… }}, {{ event.properties.… }}, {{ trigger.… }}. A missing value stops the message; default('…') and {% if %} allow it."
    actions=${onRemove && html`<button type="button" class="danger" onClick=${onRemove}>Remove</button>`}>
    <${SelectField} label="Channel" value=${content.channel} onChange=${(channel) => onChange(emptyContent(channel))} options=${CHANNELS} />
    <${form} ...${given} partner=${partner} />
    <${Preview} where=${where} definition=${definition} contentId=${contentId} />
  <//>`;
}

function Email({ content, set, of }) {
  const [shown, setShown] = useState(content.html ? "html" : "text");
  return html`
    <div class="columns">
      <${TextField} label="Subject" required value=${content.subject} onChange=${set("subject")} error=${of("subject")} />
      <${TextField} label="From name" hint="Empty for the sender's own." value=${content.fromName ?? ""} onChange=${(name) => set("fromName")(name || null)} error=${of("fromName")} />
    </div>
    <${Tabs} label="Parts of the e-mail" tabs=${[["text", "Text"], ["html", "HTML or MJML"]]} selected=${shown} onSelect=${setShown} />
    <${Editor} key=${shown} label=${shown === "html" ? "HTML or MJML" : "Text"} language="template" value=${content[shown] ?? ""} onChange=${(text) => set(shown)(text || null)} />
    ${of(shown) && html`<p class="wrong" role="alert">${of(shown)}</p>`}`;
}

function Webhook({ content, set, of, partner }) {
  const destinations = usePages(path("partners", partner.partnerId, "destinations"));
  const options = [["", "Choose a destination…"], ...(destinations.items ?? []).map((each) => [each.destinationId, each.name])];
  return html`<${SelectField} label="Destination" hint="Registered under Settings." value=${content.destinationId} onChange=${set("destinationId")} options=${options} error=${of("destinationId")} />
    <p class="hint">The body is JSON once it is rendered; write values with <code>| tojson</code>.</p>
    <${Editor} label="Body" language="template" value=${content.body} onChange=${set("body")} />
    ${of("body") && html`<p class="wrong" role="alert">${of("body")}</p>`}`;
}

const Sms = ({ content, set, of }) => html`<${Field} label="Text" hint="Sent to the contact's trait phone, a number such as +391234567890." error=${of("text")}>
  ${(tied) => html`<textarea ...${tied} value=${content.text} onInput=${(event) => set("text")(event.target.value)}></textarea>`}<//>`;

const Push = ({ content, set, of }) => html`<${TextField} label="Title" required value=${content.title} onChange=${set("title")} error=${of("title")} />
  <${Field} label="Body" error=${of("body")}>${(tied) => html`<textarea ...${tied} value=${content.body} onInput=${(event) => set("body")(event.target.value)}></textarea>`}<//>`;

// What the message would be for a real event: the trigger's newest match, or one that is named.
function Preview({ where, definition, contentId }) {
  const [eventId, setEventId] = useState("");
  const [preview, setPreview] = useState(null);
  const previewing = useAction(async () => (await api.post(`${where}/preview`, { definition, contentId, ...(eventId.trim() ? { eventId: eventId.trim() } : {}) })).data);
  const [to, setTo] = useState("");
  const testing = useAction(() => api.post(`${where}/test-send`, { to: to.trim(), definition, contentId, ...(eventId.trim() ? { eventId: eventId.trim() } : {}) }));
  const [isSent, setSent] = useState(false);
  return html`<details><summary>Preview and test</summary><div class="stack">
    <div class="row">
      <${TextField} label="Event id" hint="Empty for the trigger's newest match." value=${eventId} onChange=${setEventId} />
      <button type="button" disabled=${previewing.isRunning} onClick=${async () => setPreview((await previewing.run()) ?? null)}>${previewing.isRunning ? "Rendering…" : "Preview"}</button>
    </div>
    <${Failure} error=${previewing.error} />
    ${preview && (preview.problem ? html`<${Notice} kind="warn">No message: ${preview.problem.detail}<//>` : html`<p class="hint">For ${preview.identity ?? "nobody"}, event <code>${preview.eventId}</code></p><${Message} parts=${preview.parts} />`)}
    ${preview?.warnings?.map((words) => html`<${Notice} kind="warn">${words}<//>`)}
    <div class="row">
      <${TextField} label="Send a test to" type="email" value=${to} onChange=${(next) => { setTo(next); setSent(false); }} />
      <button type="button" disabled=${!to.trim() || testing.isRunning} onClick=${async () => setSent(Boolean(await testing.run()))}>Send a test</button>
    </div>
    ${isSent && html`<${Notice} kind="good">It was sent, marked as a test.<//>`}
    <${Failure} error=${testing.error} />
  </div></details>`;
}
