// Light, dark, or as the system has it: what a reader chose is remembered in this browser alone.
// It runs before the page is painted, so that no page flashes in the other colours.
const ORDER = ["system", "light", "dark"];
const KEY = "chancery-theme";

let theme = kept();

function kept() {
  try {
    const found = localStorage.getItem(KEY);
    return ORDER.includes(found) ? found : "system";
  } catch {
    return "system"; // storage may be forbidden
  }
}

function show() {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function keep() {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // then it holds for this page only
  }
}

show();

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-theme-choice]");
  if (!place) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  const tell = () => {
    button.textContent = `Colours: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    keep();
    show();
    tell();
    document.dispatchEvent(new CustomEvent("chancery:theme"));
  });
  tell();
  place.append(button);
});
