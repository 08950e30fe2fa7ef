// The timeline of a relationship on valid time. Until few enough events are in sight it shows how
// dense they lie, by counts of the server; then each is drawn as what its date is.
import { BarChart, CustomChart } from "echarts/charts";
import {
  DataZoomInsideComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { address, replace } from "../page/fragments.js";
import { dayOf, inWords, isoOf, msOf } from "../time/days.js";
import { bounds, drawn } from "../time/edtf.js";
import { controls } from "./controls.js";
import { colours, KINDS } from "./colours.js";
import { placed } from "./lanes.js";
import { shapes } from "./marks.js";

echarts.use([
  BarChart,
  CustomChart,
  CanvasRenderer,
  DataZoomInsideComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
]);

const EACH = 300; // more events than this in sight are shown as density
const LABELLED = 60;
const GRID = { left: 84, right: 16, top: 12, bottom: 26 };
const DENSITY_HEIGHT = 180;

export async function chart(figure, path, relationship) {
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  canvas.setAttribute("role", "img");
  const caption = document.createElement("figcaption");
  const form = document.getElementById("choosing");
  const list = document.getElementById("events");
  const api = `/v1${path}`;
  const durative = new Set(form.dataset.durative.split(" "));
  const view = { window: null, whole: null, shown: null, asOf: null, knownAt: null };
  let drawing = null;
  let waiting = 0;
  let asked = 0;

  const buttons = controls({
    zoom: (factor, shift) => zoom(factor, shift),
    whole: () => look(view.whole),
  });
  figure.append(buttons, canvas, caption);

  function basis() {
    const state = document.querySelector("#state .state").dataset;
    view.asOf = dayOf(state.asOf);
    view.knownAt = document.getElementById("known_at").value || state.position;
  }

  const choice = () =>
    Object.fromEntries(["kind", "rank", "level"].map((name) => [name, form.elements[name].value]));

  const get = async (what, query) => {
    const answer = await fetch(address(`${api}/${what}`, { ...query, ...choice(), known_at: view.knownAt }));
    return answer.ok ? answer.json() : null;
  };

  /** Ask for what is in sight and draw it; an older question that comes back late is dropped. */
  async function load() {
    const mine = ++asked;
    const within = view.window ?? {};
    const query = view.window
      ? { from: isoOf(within[0]), to: isoOf(within[1]), stretches: stretches() }
      : { stretches: stretches() };
    const density = await get("density", query);
    if (mine !== asked || density === null) return;
    if (!density.extent) return draw({ empty: true });
    view.whole = padded(dayOf(density.extent.from), dayOf(density.extent.to));
    if (!view.window) {
      view.window = view.whole;
      if (density.events <= EACH) return load();
    }
    let events = null;
    if (density.events <= EACH) {
      events = (await get("timeline", { from: query.from, to: query.to, limit: 500 }))?.events ?? null;
      if (mine !== asked) return;
    }
    draw({ density, events });
  }

  const stretches = () => String(Math.max(20, Math.min(240, Math.round((canvas.clientWidth || 600) / 7))));

  function draw(shown) {
    view.shown = shown;
    const { empty, density, events } = shown;
    drawing ??= echarts.init(canvas, null, { renderer: "canvas" });
    hear();
    if (empty) {
      drawing.clear();
      canvas.classList.add("empty");
      caption.textContent = "Nothing was known between the two.";
      return;
    }
    const tone = colours();
    const width = canvas.clientWidth - GRID.left - GRID.right;
    const option = events ? each(events, tone, width) : dense(density, tone);
    canvas.style.height = `${option.height}px`;
    drawing.resize();
    drawing.setOption({ ...frame(tone), ...option.told }, { notMerge: true });
    tell(density, events);
  }

  /** What is in sight, in words, for who cannot see it and below it for who can. */
  function tell(density, events) {
    const counts = {};
    const add = (kind, number) => (counts[kind] = (counts[kind] ?? 0) + number);
    for (const one of [{ events: density.before }, ...density.stretches])
      for (const [kind, number] of Object.entries(one.events)) add(kind, number);
    const parts = KINDS.filter((kind) => counts[kind]).map((kind) => [kind, counts[kind].toLocaleString()]);
    const [first, last] = view.window;
    const text = `${inWords(first)} to ${inWords(last)}: ${density.events.toLocaleString()} events`;
    const kinds = parts.map(([kind, number]) => `${kind} ${number}`).join(", ");
    canvas.setAttribute("aria-label", `Timeline, ${text}: ${kinds}. The same stands in the list below.`);
    const legend = document.createElement("ul");
    legend.className = "legend";
    for (const [kind, number] of parts) {
      const line = document.createElement("li");
      line.className = kind;
      line.textContent = `${kind} ${number}`;
      legend.append(line);
    }
    const how = events
      ? "Solid: surely; pale: some day within; dashed: planned for; fading: the end is unknown."
      : "Each bar counts the events that begin there; come closer to see each.";
    caption.replaceChildren(legend, `${text}. ${how}`);
  }

  function frame(tone) {
    return {
      animation: false,
      useUTC: true,
      grid: GRID,
      textStyle: { fontFamily: tone.font, color: tone.soft },
      xAxis: {
        type: "time",
        min: msOf(view.window[0]),
        max: msOf(view.window[1] + 1),
        axisLine: { onZero: false, lineStyle: { color: tone.soft } },
        axisLabel: { color: tone.soft, hideOverlap: true },
        splitLine: { show: true, lineStyle: { color: tone.line, type: "dotted" } },
      },
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: tone.paper,
        borderColor: tone.soft,
        textStyle: { color: tone.ink, fontFamily: tone.font, fontSize: 13 },
      },
      dataZoom: [{ type: "inside", filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: "shift" }],
    };
  }

  const marker = (tone) => ({
    symbol: "none",
    silent: true,
    animation: false,
    lineStyle: { color: tone.accent, width: 2, type: "solid" },
    label: { show: false },
    data: view.asOf === null ? [] : [{ xAxis: msOf(view.asOf) }],
  });

  function dense(density, tone) {
    const middles = density.stretches.map((one) => (msOf(dayOf(one.from)) + msOf(dayOf(one.to) + 1)) / 2);
    const last = KINDS.length - 1;
    return {
      height: DENSITY_HEIGHT,
      told: {
        yAxis: {
          type: "value",
          minInterval: 1,
          axisLabel: { color: tone.soft },
          splitLine: { lineStyle: { color: tone.line } },
        },
        series: KINDS.map((kind, number) => ({
          name: kind,
          type: "bar",
          stack: "events",
          barMinWidth: 2,
          barMaxWidth: 24,
          itemStyle: { color: tone.kinds[kind] },
          data: density.stretches.map((one, n) => ({
            value: [middles[n], one.events[kind] ?? 0],
            window: [dayOf(one.from), dayOf(one.to)],
            told: `${inWords(dayOf(one.from))} – ${inWords(dayOf(one.to))}\n${KINDS.filter((k) => one.events[k]).map((k) => `${k}: ${one.events[k].toLocaleString()}`).join("\n")}`,
          })),
          tooltip: { formatter: (given) => given.data.told },
          ...(number === last ? { markLine: marker(tone) } : {}),
        })),
      },
    };
  }

  function each(events, tone, width) {
    const [first, last] = view.window;
    const x = (day) => ((day - first) / (last + 1 - first)) * width;
    const shown = events
      .filter((event) => event.date !== undefined)
      .map((event) => {
        const when = drawn(event.date, event.earliest, event.latest, durative.has(event.type));
        const planned = event.planned_for ? bounds(event.planned_for) : null;
        return {
          kind: event.type.split(".")[0],
          title: event.title ?? event.act_id,
          act: event.act_id,
          type: event.type.split(".")[1].replaceAll("_", " "),
          date: event.date,
          drawn: when,
          planned,
          plannedText: event.planned_for ? `, for ${event.planned_for}` : "",
          from: Math.max(first, when.from ?? first),
          to: Math.min(last, when.to ?? last),
          reach: Math.min(last, Math.max(when.to ?? last, planned?.[1] ?? 0)),
        };
      });
    const laid = placed(shown, x, width, shown.length <= LABELLED);
    const middle = Object.fromEntries(laid.lanes.map((lane) => [lane.kind, lane.top + lane.height / 2]));
    return {
      height: laid.height + GRID.top + GRID.bottom,
      told: {
        yAxis: {
          type: "value",
          min: 0,
          max: laid.height,
          inverse: true,
          axisLabel: { show: true, customValues: Object.values(middle), color: tone.soft, formatter: (value) => laneName(laid.lanes, value) },
          axisTick: { show: false },
          axisLine: { show: false },
          splitLine: { show: false },
        },
        series: [
          {
            type: "custom",
            clip: true,
            renderItem: (params, given) => {
              const event = laid.placed[params.dataIndex];
              const at = (day) => given.coord([msOf(day), 0])[0];
              const y = given.coord([0, event.y])[1];
              return shapes(event, at, y, params.coordSys, tone.kinds[event.kind], tone);
            },
            data: laid.placed.map((event) => ({ value: [msOf(event.from), event.y], act: event.act, told: `${event.title}\n${event.kind}: ${event.type}\n${event.date}${event.plannedText}` })),
            tooltip: { formatter: (given) => given.data.told },
            markLine: marker(tone),
          },
        ],
      },
    };
  }

  /** Pointer and wheel, once. */
  function hear() {
    if (drawing.heard) return;
    drawing.heard = true;
    drawing.on("click", (given) => {
      if (given.data?.act) location.assign(`/acts/${encodeURIComponent(given.data.act).replaceAll("%3A", ":")}`);
      else if (given.data?.window) look(given.data.window);
    });
    drawing.on("datazoom", () => {
      const [zoomed] = drawing.getOption().dataZoom;
      const span = view.window[1] + 1 - view.window[0];
      const at = (percent) => view.window[0] + Math.round((span * percent) / 100);
      const next = [at(zoomed.start), Math.max(at(zoomed.start), at(zoomed.end) - 1)];
      clearTimeout(waiting);
      waiting = setTimeout(() => look(next), 150);
    });
    new ResizeObserver(() => {
      if (canvas.clientWidth !== drawing.getWidth()) draw(view.shown);
    }).observe(canvas);
  }

  function zoom(factor, shift) {
    if (!view.window) return;
    const [first, last] = view.window;
    const span = last + 1 - first;
    const wanted = Math.max(7, Math.round(span * factor));
    const middle = first + span / 2 + span * shift;
    const from = Math.round(middle - wanted / 2);
    look([from, from + wanted - 1]);
  }

  /** Look at a window: the chart, the list under it and the form say the same. */
  function look(window) {
    if (!window) return;
    view.window = [Math.max(dayOf("1000-01-01"), window[0]), Math.min(dayOf("2199-12-31"), window[1])];
    form.elements.first.value = isoOf(view.window[0]);
    form.elements.last.value = isoOf(view.window[1]);
    load();
    replace(list, address(`${path}/events`, { first: isoOf(view.window[0]), last: isoOf(view.window[1]), ...choice(), known_at: view.knownAt }));
  }

  const padded = (first, last) => {
    const more = Math.max(5, Math.round((last - first) * 0.03));
    return [first - more, last + more];
  };

  form.addEventListener("submit", (event) => {
    const first = dayOf(form.elements.first.value);
    const last = dayOf(form.elements.last.value);
    if ((form.elements.first.value && first === null) || (form.elements.last.value && last === null)) return;
    event.preventDefault();
    look([first ?? view.whole?.[0], last ?? view.whole?.[1]].every((day) => day != null) ? [first ?? view.whole[0], last ?? view.whole[1]] : view.window);
  });
  for (const name of ["kind", "rank", "level"])
    form.elements[name].addEventListener("change", () => look(view.window ?? view.whole));
  document.addEventListener("chancery:basis", () => {
    const before = view.knownAt;
    basis();
    if (before !== view.knownAt) load();
    else if (drawing && !view.shown?.empty) drawing.setOption({ series: markers(drawing, marker(colours())) });
  });
  const again = () => view.shown && draw(view.shown);
  document.addEventListener("chancery:theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

  // What the chart shows better, a reader may still open as a table.
  document.querySelector("details.density")?.removeAttribute("open");
  basis();
  const first = dayOf(form.elements.first.value);
  const last = dayOf(form.elements.last.value);
  if (first !== null && last !== null) view.window = [first, last];
  await load();
  canvas.dataset.ready = relationship;
}

/** Only the line of the day moves: the series are named by their place. */
function markers(drawing, line) {
  const series = drawing.getOption().series;
  return series.map((_, number) => (number === series.length - 1 ? { markLine: line } : {}));
}

function laneName(lanes, value) {
  const lane = lanes.find((one) => one.height && Math.abs(one.top + one.height / 2 - value) < 0.5);
  return lane ? lane.kind : "";
}

