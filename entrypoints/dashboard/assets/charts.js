// Charts, drawn by uPlot from the figures that stand in their data attribute, in the colours of the theme.
let loading = null;
const drawn = new Map();

export async function draw(root) {
  await library();
  for (const [plot, chart] of drawn) {
    if (!plot.isConnected) {
      chart.destroy(); // its region was brought up to date
      drawn.delete(plot);
    }
  }
  for (const plot of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    plot.dataset.drawn = "";
    show(plot);
    new ResizeObserver(() => drawn.get(plot)?.setSize(sizeOf(plot))).observe(plot);
  }
}

document.addEventListener("refundry:theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

function redraw() {
  for (const [plot, chart] of drawn) {
    chart.destroy();
    show(plot);
  }
}

function library() {
  loading ??= Promise.all([
    added("link", { rel: "stylesheet", href: "assets/dashboard/uplot/uPlot.min.css" }),
    added("script", { src: "assets/dashboard/uplot/uPlot.iife.min.js" }),
  ]);
  return loading;
}

function added(name, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(name), attributes, { onload: resolve, onerror: reject });
    document.head.append(element);
  });
}

function show(plot) {
  const told = JSON.parse(plot.dataset.chart);
  const moments = told.x.map((when) => new Date(when).getTime() / 1000);
  const options = { ...sizeOf(plot), axes: [axisOf(), axisOf()], ...(told.bars ? bars(told, moments) : lines(told)) };
  const figures = told.bars ? stacked(told.series) : told.series.map((one) => one.values);
  drawn.set(plot, new window.uPlot(options, [moments, ...figures], plot));
}

function lines({ series }) {
  return { series: [{}, ...series.map((one, n) => ({ label: one.label, stroke: colour(`--chart-${(n % 4) + 1}`), width: 2 }))] };
}

// The highest first, so that each lower one is drawn over it: what is seen of each is its own part.
function bars({ x, series }, moments) {
  const ofDays = x[0].length === 10;
  const step = ofDays ? 86400 : 3600;
  const paths = window.uPlot.paths.bars({ size: [0.7, 40], align: 0 });
  const whole = series.every((one) => one.values.every(Number.isInteger));
  return {
    tzDate: (seconds) => (ofDays ? window.uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000)),
    scales: {
      x: { range: [moments[0] - step / 2, moments.at(-1) + step / 2] },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : 1] },
    },
    axes: [axisOf({ incrs: ofDays ? [86400, 7 * 86400, 28 * 86400] : undefined }), axisOf({ size: 64, ...(whole && { incrs: WHOLE }) })],
    series: [{ label: ofDays ? "Day" : "Hour", value: ofDays ? "{YYYY}-{MM}-{DD}" : "{HH}:{mm}" }, ...backwards(series).map((one) => ({
      label: one.label,
      fill: colour(`--chart-${one.colour}`),
      width: 0,
      paths,
      points: { show: false },
      value: (_plot, _top, _series, at) => (at === null ? "–" : one.values[at].toLocaleString()),
    }))],
  };
}

const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];

function stacked(series) {
  const tops = series[0].values.map(() => 0);
  return backwards(series.map((one) => one.values.map((value, at) => (tops[at] += value))));
}

function backwards(list) {
  return [...list].reverse();
}

function axisOf(more) {
  return { stroke: colour("--text-muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, ...more };
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function sizeOf(plot) {
  return { width: plot.clientWidth, height: 220 };
}
