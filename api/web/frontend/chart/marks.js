// How an event is drawn: what it surely covers is solid, what it may touch is a pale band with an
// outline, an unknown end fades, an open one
// points on, what is planned is dashed. Nothing is drawn as a day that is not one.
import { graphic } from "echarts/core";

const HEIGHT = 9;
const SMALLEST = 5;

/** The shapes of one event, for a custom series: `x` gives the pixels at which a day begins. */
export function shapes(event, x, y, bounds, colour, text) {
  const left = Math.max(bounds.x, x(event.from));
  const right = Math.min(bounds.x + bounds.width, Math.max(x(event.to + 1), left + SMALLEST));
  const top = y - HEIGHT / 2;
  const { drawn } = event;
  const children = [];
  const fades = drawn.start === "unknown" || drawn.end === "unknown";
  const wide = drawn.sureFrom === null || drawn.sureFrom > event.from || drawn.sureTo < event.to;
  if (wide) {
    children.push({
      type: "rect",
      shape: { x: left, y: top, width: right - left, height: HEIGHT, r: 2 },
      style: {
        fill: fades ? fading(colour, drawn) : colour,
        fillOpacity: fades ? 1 : 0.28,
        stroke: fades ? null : colour,
        lineWidth: fades ? 0 : 1,
      },
    });
  }
  if (drawn.sureFrom !== null) {
    const from = Math.max(bounds.x, x(Math.max(drawn.sureFrom, event.from)));
    const to = Math.min(bounds.x + bounds.width, x(Math.min(drawn.sureTo, event.to) + 1));
    if (to > bounds.x && from < bounds.x + bounds.width) {
      const width = Math.max(to - from, SMALLEST);
      children.push({
        type: "rect",
        shape: { x: from, y: top, width, height: HEIGHT, r: 2 },
        style: { fill: colour },
      });
    }
  }
  if (drawn.end === "open") children.push(arrow(right, y, 1, colour));
  if (drawn.start === "open") children.push(arrow(left, y, -1, colour));
  let reach = right;
  if (event.planned) {
    const from = Math.max(bounds.x, x(event.planned[0]));
    reach = Math.min(bounds.x + bounds.width, x(event.planned[1] + 1));
    if (reach > from)
      children.push({
        type: "rect",
        shape: { x: from, y: top, width: reach - from, height: HEIGHT, r: 2 },
        style: { fill: null, stroke: colour, lineWidth: 1, lineDash: [4, 3] },
      });
    reach = Math.max(reach, right);
  }
  if (event.label) {
    const style = { y, text: event.label, fill: text.ink, font: `12px ${text.font}`, verticalAlign: "middle" };
    children.push({
      type: "text",
      style: event.before
        ? { ...style, x: left - 6, align: "right" }
        : { ...style, x: reach + 6, align: "left" },
    });
  }
  return { type: "group", children };
}

function fading(colour, drawn) {
  const clear = `${colour}00`;
  const from = drawn.start === "unknown" ? clear : colour;
  const to = drawn.end === "unknown" ? clear : colour;
  return new graphic.LinearGradient(0, 0, 1, 0, [
    { offset: 0, color: from },
    { offset: 1, color: to },
  ]);
}

function arrow(x, y, way, colour) {
  const points = [
    [x - 6 * way, y - 6],
    [x, y],
    [x - 6 * way, y + 6],
  ];
  return { type: "polyline", shape: { points }, style: { stroke: colour, lineWidth: 2, fill: null } };
}
