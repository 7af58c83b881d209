// A small chart of counts over time as SVG, and a table of the same figures for whoever cannot see it. It is drawn
// here since libraries set style attributes, which the console's policy forbids.

import { html, useEffect, useRef, useState } from "../vendor/ui.js";
import { instant, number } from "../words.js";

const COLOURS = ["a", "b", "c", "d", "e", "f", "g", "h"]; // style.css has a colour for each
const OTHERS = "others";
const WIDTH = 960; // before it is known how wide the page is
const LEFT = 44;
const BELOW = 22;
const LABEL = 96; // pixels that one label below takes with the room around it
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// `points` are {at, counts: {name: count}}, in equal steps; the names are stacked, the largest at the bottom, the small
// ones summed up. `colourOf` gives the letter of a name's colour where that is its own.
export function SeriesChart({ label, points, height = 180, nameOf = (name) => name, colourOf = () => undefined }) {
  const [frame, width] = useWidth();
  const names = largest(points);
  const colours = names.map((name, place) => colourOf(name) ?? COLOURS[place]);
  const below = labels(points);
  const top = ceiling(Math.max(1, ...points.map((point) => sum(Object.values(point.counts)))));
  const room = height - BELOW;
  const step = (width - LEFT) / Math.max(points.length, 1);
  const every = Math.ceil((points.length * LABEL) / (width - LEFT));
  return html`<figure class="chart" ref=${frame}>
    <svg viewBox=${`0 0 ${width} ${height}`} aria-hidden="true">
      ${[0, 0.5, 1].map((share) => html`<line class="grid" x1=${LEFT} x2=${width} y1=${8 + (1 - share) * (room - 8)} y2=${8 + (1 - share) * (room - 8)} />
        ${Number.isInteger(top * share) && html`<text x=${LEFT - 8} y=${12 + (1 - share) * (room - 8)} text-anchor="end">${number(top * share)}</text>`}`)}
      ${points.map((point, place) => html`<g transform=${`translate(${LEFT + place * step} 0)`}>
        <title>${instant(point.at)}: ${number(sum(Object.values(point.counts)))}</title>
        ${bars(point, names, top, room - 8).map(({ y, tall }, at) => html`<rect class=${`fill-${colours[at]}`} x=${step * 0.1} width=${step * 0.8} y=${y + 8} height=${tall} />`)}
        ${place % every === 0 && LEFT + (place + 0.5) * step + LABEL / 4 <= width && html`<text x=${step / 2} y=${height - 4} text-anchor="middle">${below(point.at)}</text>`}
      </g>`)}
    </svg>
    <figcaption>${names.map((name, place) => html`<span class="key"><i class=${`swatch fill-${colours[place]}`}></i>${nameOf(name)}</span>`)}</figcaption>
    <div class="unseen"><table><caption>${label}</caption>
      <thead><tr><th scope="col">Time</th>${names.map((name) => html`<th scope="col">${nameOf(name)}</th>`)}</tr></thead>
      <tbody>${points.map((point) => html`<tr><th scope="row">${instant(point.at)}</th>${names.map((name) => html`<td>${number(countOf(point, name, names))}</td>`)}</tr>`)}</tbody>
    </table></div>
  </figure>`;
}

// Give what to draw into, and how wide it is by now: text in the drawing keeps its size at any width.
function useWidth() {
  const frame = useRef(null);
  const [width, setWidth] = useState(WIDTH);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(Math.max(Math.round(contentRect.width), 4 * LEFT)));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  return [frame, width];
}

// Days are named by their date, what is within one day by its time, and the rest by both.
function labels(points) {
  const [first, last] = [points[0], points.at(-1)].map((point) => new Date(point?.at ?? 0).getTime());
  const day = { day: "numeric", month: "short" };
  const time = { hour: "2-digit", minute: "2-digit" };
  const isDaily = points.length > 1 && (last - first) / (points.length - 1) >= DAY - HOUR;
  const format = new Intl.DateTimeFormat("en-GB", isDaily ? { ...day, timeZone: "UTC" } : last - first <= DAY ? time : { ...day, ...time });
  return (at) => format.format(new Date(at));
}

const sum = (counts) => counts.reduce((total, count) => total + count, 0);

function bars(point, names, top, room) {
  let y = room;
  return names.map((name) => {
    const tall = (countOf(point, name, names) / top) * room;
    y -= tall;
    return { y, tall };
  });
}

// Give the next number of the kind 1, 2, 3, 4, 5, 6, 8 times a power of ten.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value);
}

function largest(points) {
  const totals = new Map();
  for (const { counts } of points) for (const [name, count] of Object.entries(counts)) totals.set(name, (totals.get(name) ?? 0) + count);
  const names = [...totals.keys()].sort((one, other) => totals.get(other) - totals.get(one));
  return names.length <= COLOURS.length ? names : [...names.slice(0, COLOURS.length - 1), OTHERS];
}

function countOf(point, name, names) {
  if (name !== OTHERS) return point.counts[name] ?? 0;
  return sum(Object.entries(point.counts).filter(([each]) => !names.includes(each)).map(([, count]) => count));
}
