// The chart's colours are the page's, so that they follow light, dark and what a reader chose.
// Which kinds there are is said by the page.
export const KINDS = document.getElementById("chart")?.dataset.kinds.split(" ") ?? [];

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"),
    soft: of("soft"),
    line: of("line"),
    paper: of("paper"),
    accent: of("accent"),
    font: getComputedStyle(document.body).fontFamily,
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, of(`kind-${kind}`)])),
  };
}
