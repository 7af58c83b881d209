// Which page an address names, and how to get to another without leaving the document.

import { html, useEffect, useState } from "./vendor/ui.js";

const BASE = "/console";
const listeners = new Set();
const guards = new Set();

// Give the parts of the address below /console, decoded, and its query.
export function place() {
  const parts = location.pathname.slice(BASE.length).split("/").filter(Boolean).map(decodeURIComponent);
  return { parts, query: new URLSearchParams(location.search) };
}

export const address = (...parts) => BASE + parts.map((part) => `/${encodeURIComponent(part)}`).join("");

// Go to an address below /console, unless a page with unsaved changes is to be kept.
export function go(to, { replace = false } = {}) {
  for (const each of guards) if (!each()) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  window.scrollTo(0, 0);
  tell();
}

function tell() {
  for (const each of listeners) each();
}

window.addEventListener("popstate", tell);

export function usePlace() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const callback = () => redraw((count) => count + 1);
    listeners.add(callback);
    return () => listeners.delete(callback);
  }, []);
  return place();
}

// Ask before a page with unsaved changes is left.
export function useUnsaved(isUnsaved) {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const guard = () => window.confirm("Leave without saving? Your changes will be lost.");
    const unload = (event) => event.preventDefault();
    guards.add(guard);
    window.addEventListener("beforeunload", unload);
    return () => {
      guards.delete(guard);
      window.removeEventListener("beforeunload", unload);
    };
  }, [isUnsaved]);
}

// A link within the console: a real one, so that it can be copied and opened in a tab.
export function Link({ to, children, ...rest }) {
  const follow = (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return html`<a href=${to} onClick=${follow} ...${rest}>${children}</a>`;
}
