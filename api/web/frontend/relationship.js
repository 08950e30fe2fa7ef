// The relationship's page: two sliders, the state that follows them, and an address that pins both.
import { unfold } from "./page/because.js";
import { address, replace } from "./page/fragments.js";
import { dayOf, inWords, isoOf } from "./time/days.js";
import { slider } from "./time/slider.js";

const form = document.querySelector("form.instrument");
const place = document.getElementById("state");
if (form?.dataset.relationship && place) begin(form, place);

function begin(form, place) {
  const { relationship, today, first, last, knownFirst } = form.dataset;
  const path = `/relationships/${relationship}`;
  const fields = { as_of: form.elements.as_of, known_at: form.elements.known_at };
  const told = document.getElementById("told");
  const asked = { as_of: fields.as_of.value, known_at: fields.known_at.value };
  const shown = () => place.querySelector(".state").dataset;
  let frame = 0;
  let telling = 0;
  let instants = null;

  const valid = slider({
    label: "True on",
    first: dayOf(first),
    last: dayOf(last),
    value: dayOf(shown().asOf),
    hint: "Arrows: a day. Page keys: a month. Shift and arrows: a year. n and p: next and previous change.",
    onDay: (day) => ask({ as_of: isoOf(day) }),
    onStep: (way) => shown()[way] && ask({ as_of: shown()[way] }),
  });
  const known = slider({
    label: "Known on",
    first: dayOf(knownFirst),
    last: dayOf(today),
    value: knownDay(),
    hint: "Arrows: a day. Page keys: a month. Shift and arrows: a year. n and p: next and previous record.",
    words: (day) => (day === dayOf(today) && !asked.known_at ? "now" : inWords(day)),
    onDay: (day) => ask({ known_at: day === dayOf(today) ? "" : isoOf(day) }),
    onStep: stepKnown,
  });
  fields.as_of.closest(".field").append(valid.element);
  fields.known_at.closest(".field").append(known.element);
  form.querySelector("button:not([type=button])").closest(".field").append(copyButton());
  form.classList.add("moving");

  /** The recorded day that is shown, as a day of the slider. */
  function knownDay() {
    if (!asked.known_at) return dayOf(today);
    return dayOf(shown().knownAt.slice(0, 10)) ?? dayOf(knownFirst);
  }

  /** Ask with another time; only the newest question is answered, at most one a frame. */
  function ask(change) {
    Object.assign(asked, change);
    fields.as_of.value = asked.as_of;
    fields.known_at.value = asked.known_at;
    if ("as_of" in change) valid.show(dayOf(asked.as_of));
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(show);
  }

  async function show() {
    const query = { as_of: asked.as_of, known_at: asked.known_at };
    if (!(await replace(place, address(`${path}/state`, query)))) return;
    settle();
    document.dispatchEvent(new CustomEvent("chancery:basis", { detail: pinned() }));
  }

  /** After a state has come: sliders, address and what is read out say the same. */
  function settle() {
    const state = shown();
    valid.show(dayOf(state.asOf));
    known.show(knownDay());
    const here = new URL(location.href);
    for (const [name, value] of Object.entries(pinned())) here.searchParams.set(name, value);
    history.replaceState(null, "", here);
    clearTimeout(telling);
    telling = setTimeout(() => {
      told.textContent = `True on ${inWords(dayOf(state.asOf))}: ${state.summary}`;
    }, 500);
  }

  /** Both times, so that the same address shows the same for ever. */
  function pinned() {
    const state = shown();
    return { as_of: state.asOf, known_at: asked.known_at || state.position };
  }

  async function stepKnown(way) {
    instants ??= (await (await fetch(`${path}/learnt`)).json()).instants;
    const now = shown().knownAt || `${knownFirst}T23:59:59.999999Z`;
    const next =
      way === "next" ? instants.find((one) => one > now) : instants.findLast((one) => one < now);
    if (next) ask({ known_at: next });
    else if (way === "previous") ask({ known_at: knownFirst });
    else ask({ known_at: "" });
  }

  function copyButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = "Copy link to this";
    button.addEventListener("click", async () => {
      const here = new URL(location.href);
      for (const [name, value] of Object.entries(pinned())) here.searchParams.set(name, value);
      history.replaceState(null, "", here);
      try {
        await navigator.clipboard.writeText(here.href);
        told.textContent = button.textContent = "Copied: it pins both times";
      } catch {
        button.textContent = "The address above pins both times";
      }
    });
    return button;
  }

  form.addEventListener("submit", (event) => {
    if (fields.as_of.value && dayOf(fields.as_of.value) === null) return; // the page says what is wrong
    event.preventDefault();
    Object.assign(asked, { as_of: fields.as_of.value, known_at: fields.known_at.value.trim() });
    show();
  });
  place.addEventListener("click", (event) => {
    const step = event.target.closest("a[data-step]");
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask({ as_of: shown()[step.dataset.step] });
  });
  for (const part of ["state", "changes", "events"]) unfold(document.getElementById(part));
  comparing(path);
  timeline(path, relationship);
}

/** "Compared" follows the sliders once something was asked of it. */
function comparing(path) {
  const form = document.getElementById("comparing");
  const place = document.getElementById("changes");
  let waiting = 0;
  const times = () => ({
    as_of: document.getElementById("as_of").value,
    known_at: document.getElementById("known_at").value,
  });
  const compared = () => ({
    from: form.elements.from.value.trim(),
    known_from: form.elements.known_from.value.trim(),
  });
  const show = () => replace(place, address(`${path}/changes`, { ...times(), ...compared() }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const here = new URL(location.href);
    for (const [name, value] of Object.entries(compared())) {
      if (value) here.searchParams.set(name, value);
      else here.searchParams.delete(name);
    }
    history.replaceState(null, "", here);
    show();
  });
  document.addEventListener("chancery:basis", () => {
    if (!Object.values(compared()).some(Boolean)) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 300);
  });
}

/** The chart is fetched when it comes into sight: the sliders do not wait for it. */
function timeline(path, relationship) {
  const figure = document.getElementById("chart");
  figure.hidden = false;
  const watch = new IntersectionObserver(async (seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    const { chart } = await import("./chart/timeline.js");
    chart(figure, path, relationship);
  }, { rootMargin: "200px" });
  watch.observe(figure);
}
