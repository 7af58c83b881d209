// What an administrator does for a person who asks what is stored about them, or to be forgotten.

import { html, useState } from "../vendor/ui.js";
import { api, query } from "../api.js";
import { useAction, useLoaded } from "../loading.js";
import { Dialog, Failure, Notice, Section, TextField } from "./basics.js";
import { Figures } from "./figures.js";
import { instant, plural } from "../words.js";

const MISSING = 404;
const AT_ONCE_MS = 5_000; // what can be gone on with so soon is gone on with by itself
const LISTS = ["decisions", "events", "quarantined", "mappings", "heldEvents"];
const ERASED = [["profiles", "profile"], ["memberships", "lists"], ["places", "messages that counted"], ["decisions", "decisions made nameless"], ["events", "events"], ["mappings", "clients' mappings"], ["heldEvents", "held events"], ["quarantined", "quarantined events"], ["historyFiles", "history files"]];

export function Rights({ where, identity, onErased }) {
  const standing = useLoaded(`${where}/erasure`);
  const [fresh, setFresh] = useState(null);
  const [isOpen, setOpen] = useState(false);
  const exporting = useAction(async () => save(await exported(where), identity));
  const erasing = useAction(async () => {
    let told;
    do {
      told = (await api.del(where)).data;
      setFresh(told);
    } while (!told.isDone && new Date(told.goesOnAt) - Date.now() < AT_ONCE_MS);
    setOpen(false);
    onErased();
  });
  const erasure = fresh ?? (standing.error ? null : standing.data);
  const isUnderWay = erasure && !erasure.isDone;
  return html`<${Section} title="This person's rights" hint="To be told what is stored about them, and to be forgotten."
    actions=${html`<button type="button" disabled=${exporting.isRunning} onClick=${exporting.run}>${exporting.isRunning ? "Exporting…" : "Export"}</button>
      ${!isUnderWay && html`<button type="button" class="danger" onClick=${() => setOpen(true)}>Erase…</button>`}`}>
    <${Failure} error=${exporting.error ?? (standing.error?.status === MISSING ? null : standing.error)} />
    ${erasure && html`<${Erasure} erasure=${erasure} goOn=${erasing} />`}
    ${isOpen && html`<${EraseDialog} identity=${identity} erasing=${erasing} onClose=${() => setOpen(false)} />`}
  <//>`;
}

function EraseDialog({ identity, erasing, onClose }) {
  const [typed, setTyped] = useState("");
  const submit = (event) => {
    event.preventDefault();
    erasing.run();
  };
  return html`<${Dialog} title="Erase this person" onClose=${onClose}><form class="stack" onSubmit=${submit}>
    <p>The profile, lists, events, kept messages and history of <b>${identity}</b> are deleted for good. Decisions stay without the person, and suppressions stay, so that nobody messages this address again.</p>
    <${TextField} label="Type the address to confirm" autocomplete="off" required value=${typed} onChange=${setTyped} />
    <${Failure} error=${erasing.error} />
    <div class="actions end"><button type="button" onClick=${onClose}>Cancel</button><button class="danger" disabled=${erasing.isRunning || typed.trim().toLowerCase() !== identity}>${erasing.isRunning ? "Erasing…" : "Erase"}</button></div>
  </form><//>`;
}

const Erasure = ({ erasure, goOn }) => html`<${Notice} kind=${erasure.isDone ? "good" : "warn"}>
    <p>${erasure.isDone ? html`<b>This person is erased.</b>` : html`<b>The erasure is under way.</b> What may be on its way at this moment is looked for again: go on from ${instant(erasure.goesOnAt)} on to finish it.`}</p>
    ${!erasure.isDone && html`<div class="actions"><button type="button" disabled=${goOn.isRunning} onClick=${goOn.run}>${goOn.isRunning ? "Erasing…" : "Go on"}</button></div>`}
    <${Failure} error=${goOn.error} />
  <//>
  <h3>Erased so far</h3>
  <${Figures} figures=${ERASED.map(([name, words]) => [words, erasure.erased[name]])} />
  <h3>Kept</h3>
  <ul>${erasure.keeps.map((each) => html`<li>${each}</li>`)}</ul>
  ${erasure.mentions > 0 && html`<p class="hint">${plural(erasure.mentions, "event")} of other people mention this address, and stay.</p>`}`;

// Read all parts of an export into one. Mappings and held events may be told of by several parts, and are kept once.
async function exported(where) {
  let whole = null;
  let cursor = null;
  do {
    const { data } = await api.get(`${where}/export${query({ cursor })}`);
    cursor = data.next;
    whole = whole ? joined(whole, data) : data;
  } while (cursor);
  const { next, ...rest } = whole;
  return rest;
}

function joined(whole, part) {
  const lists = LISTS.map((name) => [name, [...new Map([...whole[name], ...part[name]].map((each) => [JSON.stringify(each), each])).values()]]);
  return { ...whole, ...Object.fromEntries(lists), span: { start: whole.span.start, end: part.span.end } };
}

function save(value, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
  link.download = `${name}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
