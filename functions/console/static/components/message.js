// A rendered message as its reader would see it. HTML stands in a frame of its own, apart from the console: nothing in
// it runs, and it reaches neither the page nor the API.

import { html, useEffect, useRef } from "../vendor/ui.js";

export function HtmlFrame({ source, label = "The message" }) {
  const frame = useRef(null);
  const fill = () => frame.current?.contentWindow?.postMessage({ source }, "*"); // its origin is opaque: it has no other name
  useEffect(fill, [source]);
  return html`<iframe ref=${frame} class="html-frame" title=${label} sandbox="allow-scripts" src="/console/frame.html" onLoad=${fill}></iframe>`;
}

const TITLES = { subject: "Subject", from_name: "From", fromName: "From", title: "Title", body: "Body", text: "Text", html: "HTML", data: "Data" };

// `parts` are the rendered texts by name.
export function Message({ parts }) {
  const lines = Object.entries(parts).filter(([name]) => name !== "html");
  return html`<div class="message">
    <dl>${lines.map(([name, text]) => html`<dt>${TITLES[name] ?? name}</dt><dd class=${name === "text" || name === "body" ? "pre" : ""}>${text}</dd>`)}</dl>
    ${parts.html && html`<${HtmlFrame} source=${parts.html} />`}
  </div>`;
}
