// What changed from one text to another.

import { html } from "../vendor/ui.js";

// The lines that went and came, by the longest common subsequence of lines.
export function Diff({ before, after }) {
  const lines = difference(before.split("\n"), after.split("\n"));
  if (lines.every(([kind]) => kind === " ")) return html`<p class="faint">The SQL is the same.</p>`;
  const classes = { "+": "added", "-": "removed", " ": "" };
  return html`<pre class="diff json" tabindex="0" aria-label="Changes of the SQL"><code>${lines.map(([kind, line]) => html`<span class=${classes[kind]}>${kind} ${line}</span>`)}</code></pre>`;
}

function difference(one, other) {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = one[i] === other[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) lines.push([" ", one[i++], j++]);
    else if (j === other.length || (i < one.length && lengths[i + 1][j] >= lengths[i][j + 1])) lines.push(["-", one[i++]]);
    else lines.push(["+", other[j++]]);
  }
  return lines;
}
