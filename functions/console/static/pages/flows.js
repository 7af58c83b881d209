// Event-triggered flows: the list, making one, and one flow's set-up, report, deliveries and versions.

import { html, useState } from "../vendor/ui.js";
import { api, path, query } from "../api.js";
import { address, go, Link, usePlace } from "../routing.js";
import { useAction, useLoaded, usePages } from "../loading.js";
import { Dialog, Empty, Failure, Field, Loaded, Loading, More, NotAllowed, Notice, Page, Section, SelectField, State, Table, Tabs, TextField, Time, useConfirm, whyNot } from "../components/basics.js";
import { Setup } from "../components/flow-setup.js";
import { Deliveries, Report } from "../components/flow-report.js";
import { ExperimentResults } from "../components/experiment.js";

const LIVE_MS = 10_000;

export default function Flows({ partner, me, rest }) {
  const root = path("partners", partner.partnerId, "flows");
  const given = { partner, root, me, canEdit: whyNot(me) === null };
  if (rest[0] === "new") return given.canEdit ? html`<${NewFlow} ...${given} />` : html`<${NotAllowed} title="New flow">${whyNot(me)}<//>`;
  return rest.length ? html`<${OneFlow} key=${rest[0]} ...${given} flowId=${rest[0]} tab=${rest[1]} />` : html`<${List} ...${given} />`;
}

function List({ partner, root, me, canEdit }) {
  const { query: asked } = usePlace();
  const isArchived = asked.get("archived") === "true";
  const flows = usePages(root + query({ archived: isArchived || null }), { everyMs: LIVE_MS });
  const to = (...parts) => address(partner.partnerId, "flows", ...parts);
  const columns = [
    { title: "Name", cell: (each) => html`<${Link} to=${to(each.flowId)}>${each.name}<//>` },
    { title: "State", cell: (each) => html`<${State} state=${each.status} />` },
    { title: "Event trigger", cell: (each) => html`<${Link} to=${address(partner.partnerId, "triggers", each.triggerId)}>${each.triggerName ?? each.triggerId}<//>` },
    { title: "Version", class: "number minor", cell: (each) => each.version },
  ];
  const empty = isArchived
    ? html`<${Empty} title="No flow is archived">A flow that has ended can be archived, and is then listed here.<//>`
    : html`<${Empty} title="No flows yet">A flow messages the contacts that an event trigger finds.${canEdit && html` <${Link} to=${to("new")}>Make the first<//>.`}<//>`;
  return html`<${Page} title="Flows" hint="Campaigns that act on what an event trigger finds."
    actions=${canEdit && html`<${Link} class="button primary" to=${to("new")}>New flow<//>`}>
    ${!me.mayTrigger && html`<${Notice}>${whyNot(me)}<//>`}
    <${Tabs} label="Flows" tabs=${[["current", "In use"], ["archived", "Archived"]]} selected=${isArchived ? "archived" : "current"} onSelect=${(name) => go(to() + query({ archived: name === "archived" || null }))} />
    <${Section}>
      <${Failure} error=${flows.error} retry=${flows.reload} />
      ${flows.items === undefined ? !flows.error && html`<${Loading} what="Loading flows" />` : html`<${Table} caption="Flows" rows=${flows.items} columns=${columns} keyOf=${(each) => each.flowId}
        empty=${empty} /><${More} pages=${flows} />`}
    <//>
  <//>`;
}

const FIRST_CONTENT = { channel: "email", subject: "Hello {{ contact.first_name | default('there') }}", text: "Hello,\n\n\nUnsubscribe: {{ unsubscribe_url }}", html: null, fromName: null };

function NewFlow({ partner, root }) {
  const triggers = usePages(path("partners", partner.partnerId, "triggers") + query({ limit: 200 }));
  const [name, setName] = useState("");
  const [triggerId, setTriggerId] = useState("");
  const making = useAction(async () => (await api.post(root, { name, triggerId, content: FIRST_CONTENT })).data);
  const submit = async (event) => {
    event.preventDefault();
    const made = await making.run();
    if (made) go(address(partner.partnerId, "flows", made.flowId, "setup"));
  };
  const committed = (triggers.items ?? []).filter((each) => each.version);
  return html`<${Page} title="New flow" hint="It becomes a draft; nothing is sent before you launch it.">
    <form class="stack" onSubmit=${submit}><${Section}>
      <${TextField} label="Name" required value=${name} onChange=${setName} error=${making.error?.of?.("/name")} />
      <${SelectField} label="Category" hint="Triggered flows send when something happens." value="triggered" onChange=${() => {}} options=${[["triggered", "Triggered"]]} />
      <${SelectField} label="Trigger configuration" value="event" onChange=${() => {}} options=${[["event", "When a contact triggers an event"]]} />
      <${Field} label="Event trigger" error=${making.error?.of?.("/triggerId")}>${(tied) => html`<select required ...${tied} value=${triggerId} onChange=${(event) => setTriggerId(event.target.value)}>
        <option value="">Choose an event trigger…</option>${committed.map((each) => html`<option value=${each.triggerId} selected=${each.triggerId === triggerId}>${each.name}</option>`)}</select>`}<//>
      ${triggers.items && committed.length === 0 && html`<${Notice} kind="warn">There is no committed event trigger yet. <${Link} to=${address(partner.partnerId, "triggers", "new")}>Write one first<//>.<//>`}
      <${Failure} error=${making.error ?? triggers.error} />
      <div class="actions"><button class="primary" disabled=${making.isRunning || !triggerId}>Create the draft</button></div>
    <//></form>
  <//>`;
}

function OneFlow({ partner, root, canEdit, flowId, tab }) {
  const where = root + path(flowId);
  const state = useLoaded(where);
  const flow = state.data;
  const selected = tab ?? (flow && flow.status !== "draft" ? "report" : "setup");
  const tabs = [["setup", "Set-up"], ["report", "Report"], ["deliveries", "Deliveries"], ...(flow?.experiment ? [["experiment", "Experiment"]] : []), ["versions", "Versions"]];
  return html`<${Page} title=${flow?.name ?? "Flow"} hint=${flow && html`<${State} state=${flow.status} /> version ${flow.version}${flow.startsAfter && html` · live since <${Time} at=${flow.startsAfter} />`}`}
    actions=${flow && canEdit && html`<${LifeCycle} where=${where} state=${state} />`}>
    ${flow?.status !== "draft" && html`<${Hold} where=${where} canEdit=${canEdit} />`}
    <${Tabs} label="Flow" tabs=${tabs} selected=${selected} onSelect=${(name) => go(address(partner.partnerId, "flows", flowId, name))} />
    <${Loaded} state=${state} what="Loading the flow">${() => ({
      setup: () => html`<${Setup} key=${flow.version} ...${{ partner, where, flow, etag: state.etag, canEdit: canEdit && !["ended", "archived"].includes(flow.status), reload: state.reload }} />`,
      report: () => html`<${Report} where=${where} flow=${flow} />`,
      deliveries: () => html`<${Deliveries} partner=${partner} where=${where} canEdit=${canEdit} />`,
      experiment: () => html`<${ExperimentResults} where=${where} />`,
      versions: () => html`<${Versions} where=${where} />`,
    })[selected]?.() ?? html`<${Empty} title="There is no such page"><//>`}<//>
  <//>`;
}

// --- the steps of its life ---

function LifeCycle({ where, state }) {
  const flow = state.data;
  const step = (name) => async (body = {}) => {
    await api.post(`${where}/${name}`, body, { etag: state.etag });
    state.reload();
  };
  const resuming = useAction(step("resume"));
  const ending = useAction(step("end"));
  const end = useConfirm({ title: "End this flow", words: html`<p>It sends nothing any more, and cannot be made live again.</p>`, verb: "End", action: ending });
  const archiving = useAction(step("archive"));
  const archive = useConfirm({ title: "Archive this flow", words: html`<p>It leaves the list of flows. What it decided stays, and is told by the page Why.</p>`, verb: "Archive", kind: "primary", action: archiving });
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  return html`
    ${flow.status === "draft" && html`<button type="button" class="primary" onClick=${() => setOpen("launch")}>Launch…</button>`}
    ${flow.status === "live" && html`<button type="button" onClick=${() => setOpen("pause")}>Pause…</button>`}
    ${flow.status === "paused" && html`<button type="button" class="primary" disabled=${resuming.isRunning} onClick=${() => resuming.run()}>Resume</button>`}
    ${["live", "paused"].includes(flow.status) && html`<button type="button" class="danger" onClick=${end.ask}>End…</button>`}
    ${flow.status === "ended" && html`<button type="button" onClick=${archive.ask}>Archive…</button>`}
    <${Failure} error=${resuming.error} />
    ${open === "launch" && html`<${LaunchDialog} where=${where} launch=${step("launch")} onClose=${close} />`}
    ${open === "pause" && html`<${PauseDialog} pause=${step("pause")} onClose=${close} />`}
    ${end.dialog}${archive.dialog}`;
}

function LaunchDialog({ where, launch, onClose }) {
  const [from, setFrom] = useState("now");
  const [since, setSince] = useState("");
  const [preview, setPreview] = useState(null);
  const body = () => (from === "now" ? {} : { since: new Date(since).toISOString() });
  const launching = useAction(async () => {
    await launch(body());
    onClose();
  });
  const previewing = useAction(async () => setPreview((await api.post(`${where}/backfill-preview`, body())).data));
  const submit = (event) => {
    event.preventDefault();
    launching.run();
  };
  return html`<${Dialog} title="Launch" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <${SelectField} label="It sees events received" value=${from} onChange=${(next) => { setFrom(next); setPreview(null); }} options=${[["now", "from now on"], ["since", "from an earlier time on: a backfill"]]} />
    ${from === "since" && html`<${Field} label="Since">${(tied) => html`<input type="datetime-local" required ...${tied} value=${since} onInput=${(event) => { setSince(event.target.value); setPreview(null); }} />`}<//>
      <div class="actions"><button type="button" disabled=${!since || previewing.isRunning} onClick=${previewing.run}>${previewing.isRunning ? "Looking…" : "What would it send?"}</button></div>
      ${preview && html`<${Notice} kind=${preview.contacts > 0 ? "warn" : "info"}>It would message up to ${preview.contacts} contacts for ${preview.matches} matches${preview.stopped ? `, in the part that was looked at (${preview.stopped})` : ""}.<//>`}`}
    <${Failure} error=${launching.error ?? previewing.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="primary" disabled=${launching.isRunning || (from === "since" && !preview)}>Launch</button></div>
  </form><//>`;
}

function PauseDialog({ pause, onClose }) {
  const [mode, setMode] = useState("hold");
  const pausing = useAction(async () => {
    await pause({ mode });
    onClose();
  });
  const choice = (value, title, words) => html`<label class="check"><input type="radio" name="mode" value=${value} checked=${mode === value} onChange=${() => setMode(value)} /><span><b>${title}</b><br /><span class="hint">${words}</span></span></label>`;
  return html`<${Dialog} title="Pause" onClose=${onClose}><div class="stack">
    <fieldset><legend>What happens meanwhile is</legend>
      ${choice("hold", "Held", "Events of the pause are caught up with when you resume, as long as they are not too old.")}
      ${choice("drop", "Dropped", "Events of the pause are never looked at; resuming goes on from that moment.")}
    </fieldset>
    <${Failure} error=${pausing.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button type="button" class="primary" disabled=${pausing.isRunning} onClick=${pausing.run}>Pause</button></div>
  </div><//>`;
}

function Hold({ where, canEdit }) {
  const state = useLoaded(`${where}/hold`, { everyMs: LIVE_MS });
  const answer = (verb) => async () => {
    await api.post(`${where}/hold/${verb}`, {}, { etag: state.etag });
    state.reload();
  };
  const approving = useAction(answer("approve"));
  const discarding = useAction(answer("discard"));
  const confirm = useConfirm({ title: "Discard what is held", words: html`<p>What was found up to now ends as skipped, safety hold. Nobody is messaged for it.</p>`, verb: "Discard", action: discarding });
  const hold = state.data;
  if (hold?.state !== "waiting") return null;
  return html`<div class="notice warn" role="alert">
    <p><b>The safety hold stopped this flow.</b> A run would have messaged ${hold.contacts} contacts, over its limit. Nothing is sent until somebody decides.</p>
    ${canEdit && html`<div class="actions"><button type="button" disabled=${approving.isRunning} onClick=${approving.run}>Approve and send</button><button type="button" class="danger" onClick=${confirm.ask}>Discard…</button></div>`}
    <${Failure} error=${approving.error} />${confirm.dialog}
  </div>`;
}

function Versions({ where }) {
  const versions = usePages(`${where}/versions`);
  const [shown, setShown] = useState(null);
  const columns = [
    { title: "Version", cell: (each) => html`<button type="button" class="small" onClick=${() => setShown(each)}>v${each.version}</button>` },
    { title: "Name", cell: (each) => each.name },
    { title: "State", cell: (each) => html`<${State} state=${each.status} />` },
  ];
  return html`<${Section} title="Versions" hint="Each edit and each step of its life is one; a decision names the one that made it.">
    <${Failure} error=${versions.error} retry=${versions.reload} />
    ${versions.items === undefined ? !versions.error && html`<${Loading} what="Loading versions" />` : html`<${Table} caption="Versions" rows=${versions.items} columns=${columns} keyOf=${(each) => each.version} /><${More} pages=${versions} />`}
    ${shown && html`<${Dialog} title=${`Version ${shown.version}`} isWide onClose=${() => setShown(null)}><pre class="json" tabindex="0" aria-label="The version as JSON"><code>${JSON.stringify(shown, null, 2)}</code></pre><//>`}
  <//>`;
}
