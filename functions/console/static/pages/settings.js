// The partner's settings: how to send events, secrets, rules for all flows, webhook destinations; for administrators the
// audit log and what functions gave up.

import { html, useState } from "../vendor/ui.js";
import { api, path } from "../api.js";
import { address, go } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Badge, Copy, Dialog, Empty, Failure, Loaded, Loading, More, Notice, Page, Section, SelectField, Table, Tabs, TextField, Time, useConfirm } from "../components/basics.js";
import { DeadLetters } from "../components/dead-letters.js";

const TABS = [["sending", "Sending events"], ["secrets", "Secrets"], ["rules", "Rules"], ["destinations", "Webhook destinations"], ["audit", "Audit log"], ["dead-letters", "Dead letters"]];
const ADMINS = new Set(["audit", "dead-letters"]);
const CHANNELS = [["email", "E-mail"], ["sms", "SMS"], ["push", "Push"], ["webhook", "Webhook"]];
const HOUR = 3_600;

export default function Settings({ partner, me, rest: [tab = "sending"] }) {
  const root = path("partners", partner.partnerId);
  const state = useLoaded(root);
  const isAdmin = me.role === "admin";
  const shown = TABS.filter(([name]) => isAdmin || !ADMINS.has(name));
  const missing = ADMINS.has(tab) ? html`<${Empty} title="You may not do this">Administrators see this part of the settings.<//>` : html`<${Empty} title="There is no such page"><//>`;
  return html`<${Page} title="Settings" hint=${partner.name}>
    <${Tabs} label="Settings" tabs=${shown} selected=${tab} onSelect=${(name) => go(address(partner.partnerId, "settings", name))} />
    <${Loaded} state=${state} what="Loading the settings">${(settings) => ({
      sending: () => html`<${Sending} settings=${settings} />`,
      secrets: () => html`<${Secrets} settings=${settings} root=${root} isAdmin=${isAdmin} reload=${state.reload} />`,
      rules: () => html`<${Rules} key=${settings.version} settings=${settings} root=${root} isAdmin=${isAdmin} state=${state} />`,
      destinations: () => html`<${Destinations} root=${`${root}/destinations`} canEdit=${me.role !== "viewer"} />`,
      ...(isAdmin && { audit: () => html`<${Audit} root=${root} />`, "dead-letters": () => html`<${DeadLetters} />` }),
    })[tab]?.() ?? html`<${Section}>${missing}<//>`}<//>
  <//>`;
}

function Sending({ settings }) {
  const command = `curl ${settings.collectUrl} \\
  -H 'content-type: application/json' \\
  -d '{"partnerId": "${settings.partnerId}", "partnerSecret": "<secret>", "type": "track", "event": "custom",
       "clientId": "browser-1", "sentAt": ${Date.now()},
       "properties": {"eventName": "signed_up", "properties": {"plan": "free"}},
       "traits": {"email": "ana@example.org"}, "context": {"debug": true}}'`;
  return html`<${Section} title="Send an event" hint="With context.debug the answer says what is wrong; without it a bad event is quarantined.">
    <pre class="json" tabindex="0" aria-label="A command that sends an event"><code>${command}</code></pre>
    <div class="actions"><${Copy} text=${command} label="Copy the command" /></div>
  <//>`;
}

function Secrets({ settings, root, isAdmin, reload }) {
  const [fresh, setFresh] = useState(null);
  const issuing = useAction(async () => {
    const { data } = await api.post(`${root}/secrets`);
    setFresh(data);
    reload();
  });
  const columns = [
    { title: "Secret", cell: (each) => html`<code>${each.secretId}</code>` },
    { title: "Issued", class: "nowrap", cell: (each) => html`<${Time} at=${each.issuedAt} />` },
    { title: "", cell: (each) => isAdmin && html`<${Revoke} root=${root} secret=${each} isLast=${settings.secrets.length === 1} reload=${reload} />` },
  ];
  return html`<${Section} title="Secrets" hint="Two may be live at a time, so that they can be changed without a gap. A revoked one stops working within a minute."
    actions=${isAdmin && html`<button type="button" class="primary" disabled=${issuing.isRunning || settings.secrets.length >= 2} onClick=${issuing.run}>Issue a secret</button>`}>
    <${Failure} error=${issuing.error} />
    ${fresh && html`<${Notice} kind="good"><p>The new secret, shown this once:</p><p><code>${fresh.secret}</code> <${Copy} text=${fresh.secret} /></p><//>`}
    <${Table} caption="Secrets" rows=${settings.secrets} columns=${columns} keyOf=${(each) => each.secretId} />
  <//>`;
}

function Revoke({ root, secret, isLast, reload }) {
  const revoking = useAction(async () => {
    await api.del(`${root}/secrets${path(secret.secretId)}`);
    reload();
  });
  const confirm = useConfirm({
    title: "Revoke this secret",
    words: html`<p>Whoever sends events with it is refused within a minute.${isLast && html` <b>It is the last one: no events will be taken until another is issued.</b>`}</p>`,
    verb: "Revoke",
    action: revoking,
  });
  return html`<button type="button" class="small danger" onClick=${confirm.ask}>Revoke</button>${confirm.dialog}`;
}

function Rules({ settings, root, isAdmin, state }) {
  const [values, setValues] = useState({ name: settings.name, timezone: settings.timezone, lenient: settings.lenient, enabled: settings.enabled, caps: settings.caps });
  const set = (name) => (value) => setValues({ ...values, [name]: value });
  const setCap = (place, change) => set("caps")(values.caps.map((cap, each) => (each === place ? { ...cap, ...change } : cap)));
  const saving = useAction(async () => {
    await api.patch(root, values, { etag: state.etag });
    state.reload();
  });
  const submit = (event) => {
    event.preventDefault();
    saving.run();
  };
  return html`<form class="stack" onSubmit=${submit}>
    <${Section} title="Partner">
      <${TextField} label="Name" required disabled=${!isAdmin} value=${values.name} onChange=${set("name")} error=${saving.error?.of?.("/name")} />
      <${TextField} label="Time zone" hint="Of contacts who have none of their own, by its name: Europe/Rome." required disabled=${!isAdmin} value=${values.timezone} onChange=${set("timezone")} error=${saving.error?.of?.("/timezone")} />
      <${Check} label="Take lossless coercions, such as the text 3 for the number 3" disabled=${!isAdmin} value=${values.lenient} onChange=${set("lenient")} />
      <${Check} label="Events are taken" disabled=${!isAdmin} value=${values.enabled} onChange=${set("enabled")} />
    <//>
    <${Section} title="Frequency caps" hint="At most so many messages to one contact over one channel, over all flows. Transactional flows are exempt."
      actions=${isAdmin && html`<button type="button" onClick=${() => set("caps")([...values.caps, { channel: "email", messages: 3, periodSeconds: 24 * HOUR }])}>Add a cap</button>`}>
      ${values.caps.length === 0 && html`<p class="faint">No caps.</p>`}
      ${values.caps.map((cap, place) => html`<div class="row" key=${place}>
        <${SelectField} label="Channel" disabled=${!isAdmin} value=${cap.channel} onChange=${(channel) => setCap(place, { channel })} options=${CHANNELS} />
        <${TextField} label="Messages" type="number" min="1" disabled=${!isAdmin} value=${cap.messages} onChange=${(messages) => setCap(place, { messages: Number(messages) })} error=${saving.error?.of?.(`/caps/${place}/messages`)} />
        <${TextField} label="In so many hours" type="number" min="1" disabled=${!isAdmin} value=${cap.periodSeconds / HOUR} onChange=${(hours) => setCap(place, { periodSeconds: Number(hours) * HOUR })} error=${saving.error?.of?.(`/caps/${place}/periodSeconds`)} />
        ${isAdmin && html`<button type="button" aria-label=${`Remove cap ${place + 1}`} onClick=${() => set("caps")(values.caps.filter((_, each) => each !== place))}>Remove</button>`}
      </div>`)}
    <//>
    <${Failure} error=${saving.error} readAgain=${state.reload} />
    ${isAdmin && html`<div class="actions"><button class="primary" disabled=${saving.isRunning}>Save</button></div>`}
  </form>`;
}

const Check = ({ label, value, onChange, ...rest }) => html`<label class="check"><input type="checkbox" checked=${value} ...${rest} onChange=${(event) => onChange(event.target.checked)} /> ${label}</label>`;

function Destinations({ root, canEdit }) {
  const list = usePages(root);
  const [isOpen, setOpen] = useState(false);
  const [secret, setSecret] = useState(null);
  const taken = (data) => {
    setSecret(data?.secret ?? null);
    setOpen(false);
    list.reload();
  };
  const columns = [
    { title: "Name", cell: (each) => each.name },
    { title: "Address", cell: (each) => html`<code>${each.url}</code>` },
    { title: "Payloads a request", class: "number", cell: (each) => each.batchSize },
    { title: "State", cell: (each) => (each.enabled ? html`<${Badge} kind="good">enabled<//>` : html`<${Badge} kind="warn">disabled<//> <span class="hint">${each.disabledReason}</span>`) },
    { title: "", cell: (each) => canEdit && html`<${DestinationActions} where=${root + path(each.destinationId)} each=${each} onDone=${taken} />` },
  ];
  return html`<${Section} title="Webhook destinations" hint="Addresses that webhooks may be sent to. Each request is signed with the destination's secret, after the Standard Webhooks specification."
    actions=${canEdit && html`<button type="button" class="primary" onClick=${() => setOpen(true)}>New destination</button>`}>
    ${secret && html`<${Notice} kind="good"><p>The secret that requests are signed with, shown this once:</p><p><code>${secret}</code> <${Copy} text=${secret} /></p><//>`}
    <${Failure} error=${list.error} retry=${list.reload} />
    ${list.items === undefined ? !list.error && html`<${Loading} what="Loading destinations" />` : html`<${Table} caption="Webhook destinations" rows=${list.items} columns=${columns} keyOf=${(each) => each.destinationId}
      empty=${html`<${Empty} title="No destinations yet">Register the address of a server of yours, and flows can send webhooks to it.<//>`} /><${More} pages=${list} />`}
    ${isOpen && html`<${NewDestination} root=${root} onClose=${() => setOpen(false)} onDone=${taken} />`}
  <//>`;
}

function DestinationActions({ where, each, onDone }) {
  const act = (verb) => async () => onDone((await api.post(`${where}/${verb}`)).data ?? {});
  const rotating = useAction(act("rotate"));
  const switching = useAction(act(each.enabled ? "disable" : "enable"));
  const [told, setTold] = useState(null);
  const testing = useAction(async () => {
    setTold(null);
    const { data } = await api.post(`${where}/test`);
    setTold(data.wasTaken ? "It was taken." : `It was not taken: ${data.fault}${data.told && ` (${data.told})`}`);
  });
  const error = rotating.error ?? switching.error ?? testing.error;
  return html`<div class="actions">
    <button type="button" class="small" disabled=${testing.isRunning} onClick=${testing.run}>Test</button>
    <button type="button" class="small" disabled=${rotating.isRunning} onClick=${rotating.run}>Rotate secret</button>
    <button type="button" class="small" disabled=${switching.isRunning} onClick=${switching.run}>${each.enabled ? "Disable" : "Enable"}</button>
    ${told && html`<span role="status">${told}</span>`}${error && html`<span class="wrong" role="alert">${error.message}</span>`}
  </div>`;
}

function NewDestination({ root, onClose, onDone }) {
  const [values, setValues] = useState({ name: "", url: "https://", batchSize: 1 });
  const making = useAction(async () => (await api.post(root, { ...values, batchSize: Number(values.batchSize) })).data);
  const submit = async (event) => {
    event.preventDefault();
    const made = await making.run();
    if (made) onDone(made);
  };
  const set = (name) => (value) => setValues({ ...values, [name]: value });
  return html`<${Dialog} title="New destination" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${TextField} label="Name" required value=${values.name} onChange=${set("name")} error=${making.error?.of?.("/name")} />
    <${TextField} label="Address" type="url" required hint="HTTPS, at a public address." value=${values.url} onChange=${set("url")} error=${making.error?.of?.("/url")} />
    <${TextField} label="Payloads a request" type="number" min="1" max="1000" hint="Over 1, each request carries a batch." value=${values.batchSize} onChange=${set("batchSize")} error=${making.error?.of?.("/batchSize")} />
    <${Failure} error=${making.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${making.isRunning}>Register</button></div>
  </form><//>`;
}

// commitTriggerDraft -> commit trigger draft
const inWords = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function Audit({ root }) {
  const entries = usePages(`${root}/audit`);
  const columns = [
    { title: "When", class: "nowrap", cell: (each) => html`<${Time} at=${each.at} />` },
    { title: "Who", cell: (each) => each.by },
    { title: "What", cell: (each) => inWords(each.action) },
    { title: "Of", cell: (each) => html`${inWords(each.thing)} <code>${each.thingId}</code>` },
  ];
  return html`<${Section} title="Audit log" hint="Every change that people made, the latest first.">
    <${Failure} error=${entries.error} retry=${entries.reload} />
    ${entries.items === undefined ? !entries.error && html`<${Loading} what="Loading the log" />` : html`<${Table} caption="Audit log" rows=${entries.items} columns=${columns} empty=${html`<${Empty} title="Nothing was changed yet"><//>`} /><${More} pages=${entries} />`}
  <//>`;
}
