// A slider over days: arrows move a day, page keys a month, shift and arrows a year, n and p to the
// next and the previous day on which something happened. What it shows is always in words too.
import { inWords, isoOf, shiftMonths } from "./days.js";

const KEYS = {
  PageUp: (day) => shiftMonths(day, 1),
  PageDown: (day) => shiftMonths(day, -1),
};
const YEARS = { ArrowRight: 12, ArrowUp: 12, ArrowLeft: -12, ArrowDown: -12 };

/**
 * @param {{label: string, first: number, last: number, value: number, hint: string,
 *          words?: (day: number) => string, onDay: (day: number) => void,
 *          onStep: (way: "previous"|"next") => void}} told
 * @returns {{element: HTMLElement, show: (day: number) => void}}
 */
export function slider(told) {
  const element = document.createElement("span");
  element.className = "slider";
  const range = document.createElement("input");
  range.type = "range";
  range.min = String(told.first);
  range.max = String(told.last);
  range.step = "1";
  range.setAttribute("aria-label", told.label);
  range.setAttribute("aria-keyshortcuts", "n p PageUp PageDown Shift+ArrowRight Shift+ArrowLeft");
  range.title = told.hint;
  // What stands under the slider is its value text already: it is not read out twice.
  const readout = document.createElement("span");
  readout.className = "readout";
  readout.setAttribute("aria-hidden", "true");
  const words = told.words ?? ((day) => inWords(day));

  const show = (day) => {
    const within = Math.min(told.last, Math.max(told.first, day));
    range.value = String(within);
    range.setAttribute("aria-valuetext", `${words(within)} (${isoOf(within)})`);
    readout.textContent = words(within);
  };
  const move = (day) => {
    show(day);
    told.onDay(Number(range.value));
  };
  const steps = ["previous", "next"].map((way) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "step";
    button.textContent = way === "next" ? "→" : "←";
    button.setAttribute("aria-label", `${told.label}: ${way} change`);
    button.addEventListener("click", () => told.onStep(way));
    return button;
  });

  range.addEventListener("input", () => move(Number(range.value)));
  range.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const day = Number(range.value);
    if (event.shiftKey && event.key in YEARS) move(shiftMonths(day, YEARS[event.key]));
    else if (event.key in KEYS) move(KEYS[event.key](day));
    else if (event.key === "n") told.onStep("next");
    else if (event.key === "p") told.onStep("previous");
    else return;
    event.preventDefault();
  });

  element.append(steps[0], range, steps[1], readout);
  show(told.value);
  return { element, show };
}
