// The templates of one message, by its channel.

import { html, useState } from "../vendor/ui.js";
import { path } from "../api.js";
import { usePages } from "../loading.js";
import { Field, Section, SelectField, Tabs, TextField } from "./basics.js";
import { Editor } from "./editor.js";

const CHANNELS = [["email", "E-mail"], ["webhook", "Webhook"], ["sms", "SMS"], ["push", "Push"]];
const EMPTY = {
  email: { channel: "email", subject: "", text: "", html: null, fromName: null },
  webhook: { channel: "webhook", destinationId: "", data: '{"email": {{ contact.email | tojson }}}' },
  sms: { channel: "sms", text: "" },
  push: { channel: "push", title: "", text: "" },
};

export const channelName = (channel) => Object.fromEntries(CHANNELS)[channel] ?? channel;
export const emptyContent = (channel) => ({ ...EMPTY[channel] });

// `path` is where the content is in the flow, for the reasons of a refusal.
export function ContentEditor({ title, path: at, content, onChange, onRemove, partner, error }) {
  const set = (name) => (value) => onChange({ ...content, [name]: value });
  const given = { content, set, of: (name) => error?.of?.(`${at}/${name}`) };
  const form = { email: Email, webhook: Webhook, sms: Sms, push: Push }[content.channel];
  return html`<${Section} title=${title} hint="Jinja2: {{ contact.… }}, {{ event.properties.… }}, {{ trigger.… }}. A missing value stops the message; default('…') and {% if %} allow it."
    actions=${onRemove && html`<button type="button" class="danger" onClick=${onRemove}>Remove</button>`}>
    <${SelectField} label="Channel" value=${content.channel} onChange=${(channel) => onChange(emptyContent(channel))} options=${CHANNELS} />
    <${form} ...${given} partner=${partner} />
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
    <${Editor} label="Body" language="template" value=${content.data} onChange=${set("data")} />
    ${of("data") && html`<p class="wrong" role="alert">${of("data")}</p>`}`;
}

const Sms = ({ content, set, of }) => html`<${Field} label="Text" hint="Sent to the contact's trait phone, a number such as +391234567890." error=${of("text")}>
  ${(tied) => html`<textarea ...${tied} value=${content.text} onInput=${(event) => set("text")(event.target.value)}></textarea>`}<//>`;

const Push = ({ content, set, of }) => html`<${TextField} label="Title" required value=${content.title} onChange=${set("title")} error=${of("title")} />
  <${Field} label="Text" error=${of("text")}>${(tied) => html`<textarea ...${tied} value=${content.text} onInput=${(event) => set("text")(event.target.value)}></textarea>`}<//>`;
