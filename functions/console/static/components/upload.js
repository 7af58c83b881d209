// A CSV of addresses: chosen, sent in parts that a request can carry, and told row by row.

import { html, useState } from "../vendor/ui.js";
import { api, query } from "../api.js";
import { useAction } from "../loading.js";
import { Failure, Field, Notice, SelectField, Table } from "./basics.js";
import { number } from "../words.js";

const ROWS_A_PART = 1_000;
const SHOWN_REFUSED = 200;

// `modes` are [name, title] where there is a choice of what the upload does. A list is replaced by all parts of one
// upload, which has a name; who was on it before is taken off by calls of `finish`, as many as it takes.
export function CsvUpload({ where, finish, verb, modes = [] }) {
  const [file, setFile] = useState(null);
  const [mode, setMode] = useState(modes[0]?.[0] ?? null);
  const [report, setReport] = useState(null);
  const sending = useAction(async () => {
    const parts = partsOf(await file.text());
    const upload = mode === "replace" ? crypto.randomUUID() : null;
    let total = { added: 0, removed: 0, unchanged: 0, repeats: 0, refused: [], done: 0, parts: parts.length };
    for (const part of parts) {
      const { data } = await api.upload(where + query({ mode, upload }), part.text);
      total = added(total, data, part.linesBefore);
      setReport(total);
    }
    for (let isDone = !upload; !isDone; ) {
      const { data } = await api.post(finish, { upload });
      isDone = data.isDone;
      total = { ...total, removed: total.removed + data.takenOff };
      setReport(total);
    }
  });
  const submit = (event) => {
    event.preventDefault();
    setReport(null);
    sending.run();
  };
  return html`<form class="stack" onSubmit=${submit}>
    <${Field} label="CSV file" hint="A column named email, or one address a line.">${(tied) => html`<input type="file" accept=".csv,text/csv,text/plain" required ...${tied} onChange=${(event) => setFile(event.target.files[0])} />`}<//>
    ${modes.length > 0 && html`<${SelectField} label="What it does" value=${mode} onChange=${setMode} options=${modes} />`}
    <${Failure} error=${sending.error} />
    ${report && html`<${Report} report=${report} />`}
    <div class="actions end"><button class="primary" disabled=${!file || sending.isRunning}>${sending.isRunning ? "Sending…" : verb}</button></div>
  </form>`;
}

const Report = ({ report }) => html`<${Notice} kind=${report.refused.length ? "warn" : "good"}>
    <progress max=${report.parts} value=${report.done} aria-label="Parts sent"></progress>
    <p>${number(report.added)} added, ${report.removed > 0 && html`${number(report.removed)} taken off, `}${number(report.unchanged)} as they were, ${number(report.repeats)} repeated, ${number(report.refused.length)} refused.</p>
  <//>
  ${report.refused.length > 0 && html`<${Table} caption="Refused rows" rows=${report.refused.slice(0, SHOWN_REFUSED)} keyOf=${(each) => each.line} columns=${[
    { title: "Line", class: "number", cell: (each) => number(each.line) },
    { title: "Reason", cell: (each) => each.reason },
  ]} />`}`;

function added(total, data, linesBefore) {
  return {
    ...total,
    added: total.added + data.added,
    removed: total.removed + (data.removed ?? 0),
    unchanged: total.unchanged + data.alreadyIn + (data.notIn ?? 0),
    repeats: total.repeats + data.repeats,
    refused: [...total.refused, ...data.refused.map((each) => ({ ...each, line: each.line + linesBefore }))],
    done: total.done + 1,
  };
}

// Cut the text into parts of whole lines, each with the first line where that is a header. A quoted cell that holds a
// line break is not cut: such a file goes as one.
function partsOf(text) {
  if (/"[^"\n]*\n[^"]*"/.test(text)) return [{ text, linesBefore: 0 }];
  const lines = text.split(/\r?\n/);
  const hasHeader = !lines[0].includes("@");
  const [head, rows] = hasHeader ? [[lines[0]], lines.slice(1)] : [[], lines];
  const parts = [];
  for (let first = 0; first < rows.length; first += ROWS_A_PART) {
    parts.push({ text: [...head, ...rows.slice(first, first + ROWS_A_PART)].join("\n"), linesBefore: first });
  }
  return parts;
}
