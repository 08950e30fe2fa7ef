// "Why": the records a line rests on unfold under it, in place of leading away.
import { part } from "./fragments.js";

let opened = 0;

/** Lets every link that says what a line rests on unfold it, in a place whose content changes. */
export function unfold(place) {
  place.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-because]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const shown = link.getAttribute("aria-controls");
    if (shown) {
      document.getElementById(shown)?.remove();
      link.removeAttribute("aria-controls");
      link.setAttribute("aria-expanded", "false");
      return;
    }
    opened += 1;
    const told = await part(`because-${opened}`, link.dataset.because);
    if (told === null || !told.ok) {
      location.assign(link.href);
      return;
    }
    const under = document.createElement("div");
    under.id = `because-${opened}`;
    under.innerHTML = told.text;
    link.after(under);
    link.setAttribute("aria-controls", under.id);
    link.setAttribute("aria-expanded", "true");
  });
}
