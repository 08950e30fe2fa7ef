// Buttons for the chart, so that all a pointer can do a keyboard can.
const WAYS = [
  ["Earlier", 1, -0.5],
  ["Later", 1, 0.5],
  ["Closer", 0.5, 0],
  ["Wider", 2, 0],
];

export function controls({ zoom, whole }) {
  const bar = document.createElement("div");
  bar.className = "controls";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Timeline in sight");
  const add = (text, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = text;
    button.addEventListener("click", act);
    bar.append(button);
  };
  for (const [text, factor, shift] of WAYS) add(text, () => zoom(factor, shift));
  add("Whole", whole);
  return bar;
}
