// What a date as it is written lets be drawn: the days it surely covers and those it may touch.
// The server has judged the date; `earliest` and `latest` are its bounds, null where open or unknown.
import { dayOf, shiftMonths } from "./days.js";

const PART = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/;

/** First and last day of one side of a date; null for what is not a plain year, month or day. */
function side(text) {
  const found = PART.exec(text.replace(/[~?%]/g, ""));
  if (!found) return null;
  const [, year, month, day] = found;
  if (day) return [dayOf(`${year}-${month}-${day}`), dayOf(`${year}-${month}-${day}`)];
  const first = dayOf(`${year}-${month ?? "01"}-01`);
  return [first, shiftMonths(first, month ? 1 : 12) - 1];
}

/** First and last day a plain date or interval may touch; null for any other. */
export function bounds(text) {
  const [first, last] = text.split("/");
  const from = side(first);
  const to = last === undefined ? from : side(last);
  return from && to ? [from[0], to[1]] : null;
}

/**
 * @param {boolean} lasts  whether an interval is the time it lasted; else it is some day within.
 * @returns {{from: ?number, to: ?number, sureFrom: ?number, sureTo: ?number,
 *            start: "known"|"open"|"unknown", end: "known"|"open"|"unknown"}}
 *   `from` and `to` are the outer bounds; `sureFrom` and `sureTo` what surely belongs to it, both
 *   null where no single day surely does, as in a month.
 */
export function drawn(text, earliest, latest, lasts) {
  const [first, last] = text.split("/");
  const told = {
    from: dayOf(earliest),
    to: dayOf(latest),
    sureFrom: null,
    sureTo: null,
    start: "known",
    end: "known",
  };
  if (last === undefined) {
    if (told.from !== null && told.from === told.to) [told.sureFrom, told.sureTo] = [told.from, told.to];
    return told;
  }
  if (first === "" || first === "..") told.start = first === "" ? "unknown" : "open";
  if (last === "" || last === "..") told.end = last === "" ? "unknown" : "open";
  if (!lasts) return told;
  const begins = told.start === "known" ? side(first) : null;
  const ends = told.end === "known" ? side(last) : null;
  const from = begins?.[1] ?? null;
  const to = ends?.[0] ?? null;
  if (from !== null && to !== null && from <= to) [told.sureFrom, told.sureTo] = [from, to];
  else if (from !== null && to === null) [told.sureFrom, told.sureTo] = [from, from];
  else if (to !== null && from === null) [told.sureFrom, told.sureTo] = [to, to];
  return told;
}
