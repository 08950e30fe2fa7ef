// Stepping through the record by key, without losing the place on the page: what a link leads to
// is fetched and put in the place of what is shown, and the address follows.
const KEYS = { ArrowLeft: "prev", ArrowRight: "next", Home: "first", End: "last" };

let walking = 0;

document.addEventListener("keydown", (event) => {
  const rel = KEYS[event.key];
  if (!rel || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, summary, [contenteditable]")) return;
  const link = document.querySelector(`.steps a[rel="${rel}"]`);
  if (!link) return;
  event.preventDefault();
  step(link.href);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".steps a[rel]");
  const plain = event.button === 0 && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !plain) return;
  event.preventDefault();
  step(link.href, link.rel);
});

window.addEventListener("popstate", () => show(window.location.href));

async function step(address, focused) {
  if (await show(address)) {
    window.history.pushState(null, "", address);
    const link = focused && document.querySelector(`.steps a[rel="${focused}"]`);
    if (link) link.focus();
  }
}

async function show(address) {
  const turn = ++walking;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  if (turn !== walking) return false; // another step was asked for meanwhile
  if (!answer.ok) {
    window.location.assign(address);
    return false;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  // The place that is read aloud stays, so that its new words are.
  const reached = document.querySelector(".steps .reached");
  const main = document.getElementById("content");
  const next = fresh.getElementById("content");
  const told = next.querySelector(".steps .reached");
  if (reached && told) {
    reached.textContent = told.textContent;
    told.replaceWith(reached);
  }
  main.replaceChildren(...next.childNodes);
  document.title = fresh.title;
  return true;
}
