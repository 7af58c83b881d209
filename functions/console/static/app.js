// The console's entry: who is signed in, which partner and page the address names, and the frame around it.

import { html, render, useEffect, useState } from "./vendor/ui.js";
import { isSignedIn, onSession, signOut } from "./api.js";
import { address, go, Link, usePlace } from "./routing.js";
import { useLoaded } from "./loading.js";
import { bringIntoView, Empty, Failure, Loading, Page } from "./components/basics.js";
import { SignIn } from "./pages/sign-in.js";

// The pages by the second part of the address, in the order of the menu; those without a title are not in it. Each is
// loaded when it is first seen, and gets `partner`, `me` and the `rest` of the address.
const PAGES = {
  events: ["Events", () => import("./pages/events.js")],
  quarantine: ["Quarantine", () => import("./pages/quarantine.js")],
  triggers: ["Event triggers", () => import("./pages/triggers.js")],
  flows: ["Flows", () => import("./pages/flows.js")],
  segments: ["Segments", () => import("./pages/segments.js")],
  blocks: ["Content blocks", () => import("./pages/blocks.js")],
  contacts: ["Contacts", () => import("./pages/contacts.js")],
  suppressions: ["Suppressions", () => import("./pages/suppressions.js")],
  why: ["Why", () => import("./pages/why.js")],
  settings: ["Settings", () => import("./pages/settings.js")],
};
const FIRST = "events";

function App() {
  const [, redraw] = useState(0);
  useEffect(() => onSession(() => redraw((count) => count + 1)), []);
  return isSignedIn() ? html`<${Workplace} />` : html`<${SignIn} />`;
}

function Workplace() {
  const state = useLoaded("/me");
  if (state.data) return html`<${Partners} me=${state.data} />`;
  return html`<div class="sign-in"><main>${state.error ? html`<${Failure} error=${state.error} retry=${state.reload} /><button type="button" onClick=${signOut}>Sign out</button>` : html`<${Loading} />`}</main></div>`;
}

function Partners({ me }) {
  const { parts } = usePlace();
  const [partnerId, name = FIRST, ...rest] = parts;
  const partner = me.partners.find((each) => each.partnerId === partnerId);
  useEffect(() => {
    if (!partnerId && me.partners.length) go(address(me.partners[0].partnerId, FIRST), { replace: true });
  }, [partnerId]);

  if (!me.partners.length) return html`<${Shell} me=${me}><${Page} title="No partner"><${Empty} title="You are assigned to no partner">An administrator assigns people to partners; or creates the first one with <code>signalbox partners create</code>.<//><//><//>`;
  if (!partnerId) return html`<${Loading} />`;
  const content = !partner || !PAGES[name] ? html`<${Missing} />` : html`<${Drawn} key=${`${partnerId}/${name}`} name=${name} me=${me} partner=${partner} rest=${rest} />`;
  return html`<${Shell} me=${me} partner=${partner} current=${name}>${content}<//>`;
}

const Missing = () => html`<${Page} title="Not found"><${Empty} title="There is no such page">It may have been moved or belong to a partner that you are not assigned to. <${Link} to=${address()}>Go to the start</${Link}>.<//><//>`;

// Draw a page once its file is here.
function Drawn({ name, ...given }) {
  const [loaded, setLoaded] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    PAGES[name][1]().then(setLoaded, () => setError(new Error("The page could not be loaded. Reload to try again.")));
  }, [name]);
  if (error) return html`<main><${Failure} error=${error} retry=${() => location.reload()} /></main>`;
  return loaded ? html`<${loaded.default} ...${given} />` : html`<main><${Loading} /></main>`;
}

function Shell({ me, partner, current, children }) {
  // On a narrow screen the menu scrolls sideways: where one is should be seen.
  useEffect(() => bringIntoView(document.querySelector("nav"), "[aria-current]"), [current]);
  return html`<a class="skip" href="#main">Skip to content</a>
    <div class="shell">
      <div class="side">
        <${Link} class="brand" to=${address()}><img src="/console/mark.svg" alt="" />Signalbox<//>
        ${partner && html`<${PartnerChoice} me=${me} partner=${partner} current=${current} />
          <nav aria-label="Pages">${Object.entries(PAGES).map(([name, [title]]) => html`<${Link} to=${address(partner.partnerId, name)} aria-current=${name === current ? "page" : undefined}>${title}<//>`)}</nav>`}
        <div class="foot">
          <span class="faint">${me.environment}${me.mayTrigger ? "" : ": triggers and flows are made in production"}</span>
          <span>${me.username} <span class="faint">(${me.role})</span></span>
          <button type="button" class="small" onClick=${signOut}>Sign out</button>
        </div>
      </div>
      ${children}
    </div>`;
}

function PartnerChoice({ me, partner, current }) {
  if (me.partners.length === 1) return html`<span class="faint brand-partner">${partner.name}</span>`;
  return html`<label><span class="unseen">Partner</span>
    <select value=${partner.partnerId} onChange=${(event) => go(address(event.target.value, current))}>
      ${me.partners.map((each) => html`<option value=${each.partnerId} selected=${each.partnerId === partner.partnerId}>${each.name}</option>`)}
    </select></label>`;
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} />`, root);
