// One decision from check to check, as it was made.

import { html } from "../vendor/ui.js";
import { Badge, State } from "./basics.js";
import { instant, outcomeName, reasonName } from "../words.js";

const PASSED = "passed";

export const Trace = ({ decision }) => html`<div class="stack">
  <dl class="facts">
    <dt>Outcome</dt><dd><${State} state=${decision.outcome}>${outcomeName(decision.outcome)}<//> ${reasonName(decision.reason)}${decision.detail && html` <span class="hint">${decision.detail}</span>`}</dd>
    <dt>Decided</dt><dd>${instant(decision.decidedAt)}</dd>
    ${decision.dueAt && html`<dt>Again</dt><dd>${instant(decision.dueAt)}</dd>`}
    ${decision.variant && html`<dt>Variant</dt><dd>${decision.variant}</dd>`}
    <dt>Versions</dt><dd>flow v${decision.flowVersion}, trigger v${decision.triggerVersion}</dd>
    ${decision.tries > 0 && html`<dt>Tries</dt><dd>${decision.tries}</dd>`}
    ${decision.providerMessageId && html`<dt>Provider's id</dt><dd><code>${decision.providerMessageId}</code></dd>`}
  </dl>
  <ol class="steps">${decision.trace.map((step) => html`<li><${Badge} kind=${step.verdict === PASSED ? "good" : ""}>${step.check.replaceAll("_", " ")}<//> ${step.verdict}</li>`)}</ol>
  ${Object.keys(decision.feedback ?? {}).length > 0 && html`<dl class="facts">${Object.entries(decision.feedback).map(([news, told]) => html`<dt>${news}</dt><dd>${instant(told.firstAt)}${told.count > 1 && `, ${told.count} times`}</dd>`)}</dl>`}
</div>`;
