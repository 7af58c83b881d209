// Whoever something is about, by the address that leads to all that is known of them.

import { html } from "../vendor/ui.js";
import { address, Link } from "../routing.js";

export const Contact = ({ partner, identity }) => (identity ? html`<${Link} to=${address(partner.partnerId, "contacts", identity)}>${identity}<//>` : html`<span class="faint">nobody</span>`);
