// The parts that every page is made of: headings, states of loading, tables, fields, dialogs.

import { html, useEffect, useId, useRef, useState } from "../vendor/ui.js";
import { ago, wholeInstant } from "../words.js";

// A page: its title is the document's too, `actions` stand beside it, `hint` is a sentence below.
export function Page({ title, hint, actions, children }) {
  useEffect(() => {
    document.title = `${title} · Signalbox`;
  }, [title]);
  return html`<main id="main" tabindex="-1">
    <header class="page-head">
      <div><h1>${title}</h1>${hint && html`<p class="hint">${hint}</p>`}</div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${children}
  </main>`;
}

// A part of a page. One with a title is a region of that name.
export function Section({ title, hint, actions, children, ...rest }) {
  const id = useId();
  return html`<section class="card" aria-labelledby=${title ? id : undefined} ...${rest}>
    ${(title || actions) && html`<header class="card-head">
      <div>${title && html`<h2 id=${id}>${title}</h2>`}${hint && html`<p class="hint">${hint}</p>`}</div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>`}
    ${children}
  </section>`;
}

export const Loading = ({ what = "Loading" }) => html`<p class="state" role="status"><span class="spinner" aria-hidden="true"></span> ${what}…</p>`;

const OVERTAKEN = 412; // somebody else changed it since it was read

// What went wrong, in the server's words, and a way to try again. `error.reasons` are listed. `readAgain` is for what was
// to be saved and has been changed meanwhile.
export function Failure({ error, retry, readAgain }) {
  if (!error) return null;
  return html`<div class="notice bad" role="alert">
    <p>${error.message}</p>
    ${error.reasons?.length > 0 && html`<ul>${error.reasons.map((each) => html`<li><code>${each.path}</code> ${each.reason}</li>`)}</ul>`}
    ${retry && html`<button type="button" onClick=${retry}>Try again</button>`}
    ${readAgain && error.status === OVERTAKEN && html`<p>Nothing of yours was saved. Reading it again shows what stands now, without what you changed here.</p><button type="button" onClick=${readAgain}>Read it again</button>`}
  </div>`;
}

export const Notice = ({ kind = "info", children }) => html`<div class=${`notice ${kind}`} role="status">${children}</div>`;

// Nothing is here yet: what would be, and how it comes here.
export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2><div class="hint">${children}</div></div>`;

// A page that somebody came to by its address and that is not for them.
export const NotAllowed = ({ title, children }) => html`<${Page} title=${title}><${Section}><${Empty} title="You may not do this">${children}<//><//><//>`;

// Why somebody may not make triggers and flows; null where they may.
export function whyNot(me) {
  if (!me.mayTrigger) return "Event triggers and flows are made in production; staging is for getting events right.";
  return me.role === "viewer" ? "You are signed in as a viewer. Editors and administrators make event triggers and flows." : null;
}

// Draw what was loaded: `state` is useLoaded's; what stands stays while it is read again, a failure stands above it.
export function Loaded({ state, what, children }) {
  if (state.data === undefined) return state.error ? html`<${Failure} error=${state.error} retry=${state.reload} />` : html`<${Loading} what=${what} />`;
  return html`${state.error && html`<${Failure} error=${state.error} retry=${state.reload} />`}${children(state.data)}`;
}

// A table that scrolls sideways by itself where it is narrow. `columns` are {title, cell(row), class?}; a row that
// leads somewhere has its link in its first cell.
export function Table({ caption, columns, rows, keyOf, empty }) {
  if (rows.length === 0 && empty) return empty;
  return html`<div class="table-frame" tabindex="0" role="region" aria-label=${caption}><table>
    <caption class="unseen">${caption}</caption>
    <thead><tr>${columns.map((each) => html`<th scope="col" class=${each.class}>${each.title}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${keyOf?.(row)}>${columns.map((each) => html`<td class=${each.class}>${each.cell(row)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

export const More = ({ pages }) => pages.hasMore && html`<p class="more"><button type="button" disabled=${pages.isLoadingMore} onClick=${pages.more}>${pages.isLoadingMore ? "Loading…" : "Show more"}</button></p>`;

// A labelled control. `children` gets the attributes that tie it to its label, hint and error:
// <${Field} label="Name">${(tied) => html`<input ...${tied} />`}<//>
export function Field({ label, hint, error, children }) {
  const id = useId();
  const told = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const tied = { id, "aria-describedby": told || undefined, "aria-invalid": error ? "true" : undefined };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${children(tied)}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="wrong" id=${`${id}-error`} role="alert">${error}</p>`}
  </div>`;
}

// A text field in one line: <${TextField} label="Name" value=${name} onChange=${setName} />
export const TextField = ({ label, hint, error, value, onChange, ...rest }) => html`<${Field} label=${label} hint=${hint} error=${error}>
  ${(tied) => html`<input type="text" ...${tied} ...${rest} value=${value} onInput=${(event) => onChange(event.target.value)} />`}
<//>`;

export const SelectField = ({ label, hint, error, value, onChange, options, ...rest }) => html`<${Field} label=${label} hint=${hint} error=${error}>
  ${(tied) => html`<select ...${tied} ...${rest} value=${value} onChange=${(event) => onChange(event.target.value)}>
    ${options.map(([each, words]) => html`<option value=${each} selected=${each === value}>${words}</option>`)}
  </select>`}
<//>`;

// A button that runs an action and says so while it does. `action` is useAction's.
export const ActionButton = ({ action, kind = "", children, ...rest }) => html`<button type="button" class=${kind} disabled=${action.isRunning} aria-busy=${action.isRunning} onClick=${() => action.run()} ...${rest}>${children}</button>`;

// A dialog over the page, open as long as it is drawn; Escape and its cross close it.
export function Dialog({ title, onClose, children, isWide = false }) {
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element.showModal();
    return () => element.close();
  }, []);
  return html`<dialog ref=${dialog} class=${isWide ? "wide" : ""} aria-labelledby=${id} onCancel=${(event) => { event.preventDefault(); onClose(); }}>
    <header class="card-head"><h2 id=${id}>${title}</h2><button type="button" class="plain" aria-label="Close" onClick=${onClose}>✕</button></header>
    ${children}
  </dialog>`;
}

export const Badge = ({ kind = "", children }) => html`<span class=${`badge ${kind}`}>${children}</span>`;

const KINDS = {
  live: "good", working: "good", sent: "good", approved: "good",
  paused: "warn", waiting: "", behind: "warn", quiet: "warn", deferred: "warn", unknown: "warn", held_out: "",
  failing: "bad", failed: "bad", skipped: "", ended: "", draft: "", idle: "",
};

// A state by its own name and colour; never by colour alone.
export const State = ({ state, children }) => html`<${Badge} kind=${KINDS[state] ?? ""}>${children ?? state.replaceAll("_", " ")}<//>`;

// An instant as people say it, the whole of it on pointing; it keeps counting.
export function Time({ at }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return html`<span class="faint">never</span>`;
  return html`<time datetime=${at} title=${wholeInstant(at)}>${ago(at)}</time>`;
}

// A value of JSON as text, indented; what is in it is shown and never run.
export const Json = ({ value, label = "JSON" }) => html`<pre class="json" tabindex="0" aria-label=${label}><code>${JSON.stringify(value, null, 2)}</code></pre>`;

// Scroll a list sideways to the one of its links or buttons that is chosen. scrollIntoView would take along where the
// keyboard goes on from.
export function bringIntoView(list, chosen) {
  const one = list?.querySelector(chosen);
  if (one) list.scrollLeft = one.offsetLeft - list.offsetLeft - (list.clientWidth - one.clientWidth) / 2;
}

// Tabs by the arrow keys and the pointer. `tabs` are [name, title].
export function Tabs({ label, tabs, selected, onSelect }) {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const place = tabs.findIndex(([name]) => name === selected);
    const [next] = tabs[(place + step + tabs.length) % tabs.length];
    onSelect(next);
    event.currentTarget.querySelector(`[data-tab="${next}"]`)?.focus();
  };
  const list = useRef(null);
  useEffect(() => bringIntoView(list.current, "[aria-selected=true]"), [selected]);
  return html`<div class="tabs" ref=${list} role="tablist" aria-label=${label} onKeyDown=${move}>
    ${tabs.map(([name, title]) => html`<button type="button" role="tab" data-tab=${name} aria-selected=${name === selected ? "true" : "false"} tabindex=${name === selected ? 0 : -1} onClick=${() => onSelect(name)}>${title}</button>`)}
  </div>`;
}

// Copy a text; says that it did.
export function Copy({ text, label = "Copy" }) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2_000);
  };
  return html`<button type="button" class="small" onClick=${copy}>${isDone ? "Copied" : label}</button>`;
}

// Ask before something that cannot be taken back: {ask, dialog}. `ask` opens it, `dialog` is to be drawn.
export function useConfirm({ title, words, verb, kind = "danger", action }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => { action.clear(); setOpen(false); };
  const doIt = async () => { if (await action.run()) setOpen(false); };
  const dialog = isOpen && html`<${Dialog} title=${title} onClose=${close}>
    <div>${words}</div>
    <${Failure} error=${action.error} />
    <div class="actions end"><button type="button" onClick=${close}>Cancel</button><button type="button" class=${kind} disabled=${action.isRunning} onClick=${doIt}>${verb}</button></div>
  <//>`;
  return { ask: () => setOpen(true), dialog };
}
