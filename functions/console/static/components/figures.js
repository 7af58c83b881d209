// Counts with what they count, side by side.

import { html } from "../vendor/ui.js";
import { number } from "../words.js";

// `figures` are [words, count]; a text stands as it is.
export const Figures = ({ figures }) => html`<div class="figures">${figures.map(([words, count]) => html`<div class="figure"><b>${typeof count === "number" ? number(count) : count}</b><span class="hint">${words}</span></div>`)}</div>`;
