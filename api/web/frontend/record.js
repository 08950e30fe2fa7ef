// The record form while it is filled in: what a date says, whom a name means on it, and sending
// without leaving the page. All of it the server says; without script it says it when it is sent.
const WAIT = 250;
const KEY = "chancery-api-key";
const main = document.getElementById("content");
const waiting = new Map();
let wished = null;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches("[data-date]")) later(field, () => meaning(field));
  if (field.matches("[data-party]")) later(field, () => party(field));
  if (field.name === "date") {
    for (const other of document.querySelectorAll("[data-party]")) later(other, () => party(other));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "type") event.target.form.querySelector('[value="change"]').click();
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "record") return;
  event.preventDefault();
  send(event.target, event.submitter);
});

function later(field, act) {
  window.clearTimeout(waiting.get(field));
  waiting.set(field, window.setTimeout(act, WAIT));
}

// What was asked last is what is shown, whichever answer comes first.
async function told(field, address) {
  const turn = String(Number(field.dataset.turn ?? 0) + 1);
  field.dataset.turn = turn;
  const answer = await fetch(address, { headers: { Accept: "application/json", ...key() } });
  const body = await answer.json();
  return field.dataset.turn === turn ? [answer.ok, body] : null;
}

function say(field, text, good) {
  const output = document.getElementById(`${field.id}-says`).querySelector(".meaning");
  output.textContent = text;
  output.classList.toggle("unsaid", !good);
  // What the server said of the words before is not true of these.
  for (const stale of output.parentElement.querySelectorAll(".wrong")) stale.remove();
  field.toggleAttribute("aria-invalid", !good);
  if (!good) field.setAttribute("aria-invalid", "true");
}

async function meaning(field) {
  const date = field.value.trim();
  if (!date) return say(field, "", true);
  const found = await told(field, `/v1/dates?${new URLSearchParams({ date })}`);
  if (!found) return;
  const [good, body] = found;
  say(field, good ? body.says : expected(body), good);
}

async function party(field) {
  const name = field.value.trim();
  if (!name) return say(field, "", true);
  const asked = new URLSearchParams({ name });
  const on = document.getElementById("field-date")?.value.trim();
  if (on) asked.set("on", on);
  let found = await told(field, `/v1/parties/resolve?${asked}`);
  if (found && !found[0] && found[1].type === "/problems/invalid-question") {
    asked.delete("on"); // the date says by itself what is wrong with it
    found = await told(field, `/v1/parties/resolve?${asked}`);
  }
  if (!found) return;
  const [good, body] = found;
  say(field, good ? `${body.name} (${body.code})` : candidates(body), good);
  if (!good) offer(name);
}

function expected(problem) {
  return problem.problems.map((one) => `expected ${one.expected}, got ${one.got}`).join("; ");
}

function candidates(problem) {
  const others = problem.candidates ?? [];
  if (!others.length) return "no party was ever called so";
  const spans = others.slice(0, 5).map((one) => `${one.name} (${one.code}), ${one.from ?? "…"} to ${one.to ?? "today"}`);
  const reason = problem.reason === "ambiguous" ? "more than one party on that date" : "nobody on that date, but";
  return `${reason}: ${spans.join("; ")}`;
}

async function offer(q) {
  const answer = await fetch(`/v1/parties?${new URLSearchParams({ q, limit: 8 })}`, { headers: { Accept: "application/json", ...key() } });
  if (!answer.ok) return;
  const { parties } = await answer.json();
  const options = parties.map((one) => Object.assign(document.createElement("option"), { value: one.code, label: one.name }));
  document.getElementById("parties").replaceChildren(...options);
}

// A key stays in this tab: it is never written where another tab or another day could find it.
function key() {
  const typed = document.getElementById("token")?.value.trim();
  try {
    if (typed) sessionStorage.setItem(KEY, typed);
    const kept = typed || sessionStorage.getItem(KEY);
    return kept ? { Authorization: `Bearer ${kept}` } : {};
  } catch {
    return typed ? { Authorization: `Bearer ${typed}` } : {}; // storage may be forbidden
  }
}

async function send(form, button) {
  if (form.getAttribute("aria-busy") === "true") {
    // What is recorded is sent once; any other wish is met when the form is there again.
    if (button && button.value !== "record") wished = button.value;
    return;
  }
  form.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form));
  const deed = button?.value ?? "preview";
  body.set("-do", deed);
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/html", ...key() }, body });
    // Nobody knows who asks, or not somebody who may: told of by this header (RFC 9110, 11.6.1).
    if (!answer.redirected && answer.headers.has("WWW-Authenticate")) return ask(form);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected) return leave(answer.url, fresh);
    const token = document.getElementById("token")?.value;
    main.replaceChildren(...fresh.getElementById("content").childNodes);
    document.title = fresh.title;
    if (token) document.getElementById("token")?.setAttribute("value", token);
    settle(deed);
  } catch {
    trouble(form);
  } finally {
    form.removeAttribute("aria-busy");
  }
  const next = wished;
  wished = null;
  if (next) document.querySelector(`#record button[value="${CSS.escape(next)}"]`)?.click();
}

// Recorded: on to the act, at the record that is new.
function leave(address, fresh) {
  const record = [...fresh.querySelectorAll("[id^='record-']")].at(-1);
  window.location.assign(record ? `${address.split("#")[0]}#${record.id}` : address);
}

// The place to go on from is where the keyboard is.
function settle(deed) {
  if (deed.startsWith("add:")) {
    const row = document.getElementById(`field-${deed.slice(4).replaceAll("/", "-")}`);
    const last = [...row.querySelectorAll(".row, .field")].filter((one) => one.querySelector("input, select, textarea")).at(-1);
    const group = last?.closest(".row") ?? last;
    group?.querySelector("input, select, textarea")?.focus();
  } else if (deed === "change") {
    document.getElementById("type").focus();
  } else {
    (document.getElementById("refused") ?? document.getElementById("preview"))?.focus();
  }
}

function ask(form) {
  try {
    sessionStorage.removeItem(KEY); // what was kept is no good here
  } catch {
    // storage may be forbidden
  }
  const place = document.getElementById("api-key");
  place.hidden = false;
  const field = document.getElementById("token");
  field.focus();
  form.removeAttribute("aria-busy");
}

function trouble(form) {
  let told = document.getElementById("refused");
  if (!told) {
    told = Object.assign(document.createElement("div"), { id: "refused", className: "problem", tabIndex: -1 });
    told.setAttribute("role", "alert");
    form.before(told);
  }
  told.textContent = "The service could not be reached. What you typed is still here; send it again: it is recorded once.";
  told.focus();
}
