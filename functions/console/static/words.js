// How instants, spans, numbers and names are written for people.

const NUMBER = new Intl.NumberFormat("en");
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const INSTANT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const WHOLE = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
const UNITS = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

export const number = (value) => NUMBER.format(value);
export const percent = (share) => PERCENT.format(share);
export const instant = (iso) => INSTANT.format(new Date(iso));
export const wholeInstant = (iso) => WHOLE.format(new Date(iso));

// Say how long ago, or in how long: "3 min. ago".
export function ago(iso, now = Date.now()) {
  const seconds = Math.round((new Date(iso) - now) / 1000);
  const [size, unit] = UNITS.find(([each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

// Say a length of time by its largest units: 93600 -> "1 day 2 hours".
export function span(seconds) {
  const parts = [];
  let rest = Math.round(seconds);
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    if (count && parts.length < 2) parts.push(plural(count, unit));
    rest %= size;
  }
  return parts.join(" ") || "0 seconds";
}

// The same in a few letters, for where there is little room: 1268 -> "21 min 8 s".
export function brief(seconds) {
  const short = { day: "d", hour: "h", minute: "min", second: "s" };
  return span(seconds).replace(/ (day|hour|minute|second)s?/g, (_, unit) => ` ${short[unit]}`);
}

export const plural = (count, word, many = `${word}s`) => `${number(count)} ${count === 1 ? word : many}`;

const OUTCOMES = {
  sent: "sent", held_out: "held out", skipped: "skipped", deferred: "waiting", failed: "failed", unknown: "unknown",
  in_flight: "being sent",
};
const REASONS = {
  too_old: "the event was too old",
  no_identity: "nobody is named",
  suppressed: "the address is suppressed",
  segment_filter: "kept out by a segment filter",
  re_entry: "was in this flow already",
  frequency_cap: "had enough messages",
  quiet_hours: "quiet hours",
  branch_none: "no branch holds",
  content_missing_value: "a value is missing",
  content_error: "the template failed",
  skip_action: "the template asked for none",
  no_address: "no address for this channel",
  channel_rejected: "the channel refused it",
  flow_not_live: "the flow was not live",
  safety_hold: "stopped by the safety hold",
  exited: "left before the wait was over",
};

export const outcomeName = (outcome) => OUTCOMES[outcome] ?? outcome;
export const reasonName = (reason) => REASONS[reason] ?? (reason ?? "").replaceAll("_", " ");
