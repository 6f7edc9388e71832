// Charts, drawn by uPlot from the figures that stand in their data attribute, in the colours of the theme.
let loading = null;
const drawn = new Map();

export async function draw(root) {
  await library();
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
  const { x, series } = JSON.parse(plot.dataset.chart);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = { stroke: colour("--text-muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  const options = {
    ...sizeOf(plot),
    series: [{}, ...series.map((one, n) => ({ label: one.label, stroke: colour(`--chart-${(n % 4) + 1}`), width: 2 }))],
    axes: [axis, axis],
  };
  const moments = x.map((when) => new Date(when).getTime() / 1000);
  drawn.set(plot, new window.uPlot(options, [moments, ...series.map((one) => one.values)], plot));
}

function sizeOf(plot) {
  return { width: plot.clientWidth, height: 220 };
}
