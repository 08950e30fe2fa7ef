// The network round a party, drawn on a canvas. The table beside it says the same to everyone, so
// the drawing has no data of its own: nodes and lines lead where the table's links lead.
import cytoscape from "cytoscape";

const place = document.getElementById("network");

if (place) draw(place);

async function draw(container) {
  const answer = await fetch(container.dataset.source, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  if (!told.relationships.length) return;
  // The library would write a style element of its own, which no page may have: views.css has it.
  const mark = document.createElement("template");
  mark.id = "__________cytoscape_stylesheet";
  document.body.append(mark);
  container.classList.add("drawn");
  const [center, ...nodes] = parties(told);
  const graph = cytoscape({
    container,
    elements: [center, ...nodes, ...lines(told)],
    style: styles(container),
    layout: layout(container, nodes),
    userZoomingEnabled: false,
    userPanningEnabled: false,
    boxSelectionEnabled: false,
    autoungrabify: true,
    autounselectify: true,
  });
  container.setAttribute("role", "img");
  container.setAttribute("aria-label", `${told.party.name} and those it deals with most; the table says the same.`);
  graph.on("tap", "[leads]", (event) => {
    window.location.assign(event.target.data("leads"));
  });
  graph.on("mouseover mouseout", "[leads]", (event) => {
    container.classList.toggle("leads", event.type === "mouseover");
  });
  const repaint = () => graph.style(styles(container));
  new ResizeObserver(() => {
    graph.resize().layout(layout(container, nodes)).run();
    repaint();
  }).observe(container);
  document.addEventListener("chancery:theme", repaint);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

function parties(told) {
  const { code, name } = told.party;
  const others = told.relationships.map((line) => {
    const other = line.parties.find((party) => party.code !== code);
    const leads = address(line.relationship);
    return { data: { id: other.code, name: other.name, rank: strength(told, line), leads } };
  });
  return [{ data: { id: code, name, rank: 1.5 }, classes: "center" }, ...others];
}

function lines(told) {
  return [...told.relationships, ...told.among].map((line, index) => ({
    data: {
      id: `line ${line.relationship}`,
      source: line.parties[0].code,
      target: line.parties[1].code,
      width: 1 + 5 * strength(told, line),
      leads: address(line.relationship),
    },
    classes: index < told.relationships.length ? "" : "among",
  }));
}

function strength(told, line) {
  return Math.min(1, Math.log1p(line.acts) / Math.log1p(told.relationships[0].acts));
}

function address(relationship) {
  const { asOf, knownAt } = place.dataset;
  const asked = new URLSearchParams();
  if (asOf) asked.set("as_of", asOf);
  if (knownAt) asked.set("known_at", knownAt);
  return `/relationships/${relationship}${asked.size ? `?${asked}` : ""}`;
}

// Two rings, the strongest in the inner one, in the order of their strength; neighbours stand a
// little in and out, so that their names do not meet. Set in pixels of the place it has.
function layout(container, nodes) {
  const { clientWidth: width, clientHeight: height } = container;
  const inner = nodes.length > 16 ? Math.ceil(nodes.length / 3) : 0;
  const positions = {};
  nodes.forEach((node, index) => {
    const within = index < inner;
    const [place, count] = within ? [index, inner] : [index - inner, nodes.length - inner];
    const angle = (2 * Math.PI * (place + (within ? 0.5 : 0))) / count - Math.PI / 2;
    const part = within ? 0.52 : 1 - 0.12 * (count > 12 ? index % 2 : 0);
    positions[node.data.id] = {
      x: width / 2 + part * (width / 2 - 56) * Math.cos(angle),
      y: height / 2 - 8 + part * (height / 2 - 34) * Math.sin(angle),
    };
  });
  const others = (node) => positions[node.id()] ?? { x: width / 2, y: height / 2 - 8 };
  return { name: "preset", positions: others, fit: false, zoom: 1, pan: { x: 0, y: 0 } };
}

function styles(container) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [
    {
      selector: "node",
      style: {
        // In a narrow place there is room for codes alone.
        label: container.clientWidth < 480 ? "data(id)" : "data(name)",
        "background-color": colour("--link"),
        width: (node) => 8 + 16 * node.data("rank"),
        height: (node) => 8 + 16 * node.data("rank"),
        color: colour("--ink"),
        "font-family": "Georgia, serif",
        "font-size": 13,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-wrap": "wrap",
        "text-max-width": 96,
        "text-background-color": colour("--field"),
        "text-background-opacity": 0.8,
        "text-background-padding": 1,
      },
    },
    {
      selector: "node.center",
      style: { "background-color": colour("--ink"), "font-weight": "bold", "font-size": 15 },
    },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": colour("--soft"),
        "line-opacity": 0.55,
        "curve-style": "straight",
      },
    },
    { selector: "edge.among", style: { "line-style": "dotted", "line-opacity": 0.6, width: 1.5 } },
  ];
}
