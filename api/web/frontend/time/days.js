// Days as whole numbers, counted from 1970-01-01, in the proleptic Gregorian calendar and without
// any zone: a day is a day at its place.
const DAY_MS = 86_400_000;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day that ISO text names; null for what is no day that exists. */
export function dayOf(text) {
  const found = ISO.exec(text ?? "");
  if (!found) return null;
  const [, year, month, day] = found.map(Number);
  const ms = Date.UTC(year, month - 1, day);
  const back = new Date(ms);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? ms / DAY_MS : null;
}

export const isoOf = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
export const msOf = (day) => day * DAY_MS;

/** The same day of the month, so many months on; the month's last day where it has no such day. */
export function shiftMonths(day, months) {
  const from = new Date(day * DAY_MS);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const length = new Date(
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0),
  ).getUTCDate();
  return first.getTime() / DAY_MS + Math.min(from.getUTCDate(), length) - 1;
}

const WORDS = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeZone: "UTC" });

/** The day as the browser's language writes it. */
export const inWords = (day) => WORDS.format(new Date(day * DAY_MS));
