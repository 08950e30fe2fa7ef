// Which row each event is drawn on: a lane for each kind, in it as many rows as overlap asks for.
import { KINDS } from "./colours.js";

export const ROW = 18;
const LANE_GAP = 10;
const LABEL_CHARACTER = 6.6;

/**
 * @param {Array} events with kind, from, reach (days, within the window) and title
 * @param {(day: number) => number} x  pixels of a day
 * @returns {{placed: Array, lanes: Array<{kind: string, top: number, height: number}>, height: number}}
 *   every event with its `y` (middle of its row) and `label`, its text, and whether that stands `before` it.
 */
export function placed(events, x, width, labelled) {
  const lanes = [];
  const found = [];
  let top = 0;
  for (const kind of KINDS) {
    const ends = [];
    for (const event of events.filter((one) => one.kind === kind)) {
      const label = labelled ? event.title.slice(0, 60) : "";
      const room = label ? label.length * LABEL_CHARACTER + 14 : 3;
      const from = x(event.from);
      const to = from + Math.max(x(event.reach + 1) - from, 6);
      // At the right edge the text stands before its event.
      const before = to + room > width && from - room > 0;
      const left = before ? from - room : from;
      let row = ends.findIndex((end) => end <= left);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = before ? to : to + room;
      found.push({ ...event, y: top + row * ROW + ROW / 2, label, before });
    }
    if (!ends.length) continue;
    lanes.push({ kind, top, height: ends.length * ROW });
    top += ends.length * ROW + LANE_GAP;
  }
  return { placed: found, lanes, height: Math.max(top - LANE_GAP, ROW) };
}
