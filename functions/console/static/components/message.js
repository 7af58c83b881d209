// A rendered message as its reader would see it. HTML stands in a frame of its own, apart from the console: nothing in
// it runs, and it reaches neither the page nor the API.

import { html, useEffect, useRef, useState } from "../vendor/ui.js";

const [LOWEST, HIGHEST] = [120, 900]; // pixels; a longer message scrolls

export function HtmlFrame({ source, label = "The message" }) {
  const frame = useRef(null);
  const fill = () => frame.current?.contentWindow?.postMessage({ source }, "*"); // its origin is opaque: it has no other name
  useEffect(fill, [source]);
  const [height, setHeight] = useState(LOWEST);
  useEffect(() => {
    // Only a number is taken from it, and only from it.
    const hear = ({ source: teller, data }) => {
      if (teller === frame.current?.contentWindow && Number.isFinite(data?.height)) setHeight(Math.min(Math.max(data.height, LOWEST), HIGHEST));
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, []);
  return html`<iframe ref=${frame} height=${height} class="html-frame" title=${label} sandbox="allow-scripts" src="/console/frame.html" onLoad=${fill}></iframe>`;
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
