// Instants in the reader's zone, how far away they are, and deadlines that run down.
const near = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const SOON_SECONDS = 86400;

export function dressTimes(root) {
  for (const time of root.querySelectorAll("time.instant:not([data-dressed])")) {
    time.textContent = full.format(new Date(time.dateTime));
    time.dataset.dressed = "";
  }
  tick(root);
}

export function tick(root) {
  const now = Date.now();
  for (const ago of root.querySelectorAll("[data-ago]")) ago.textContent = relative(new Date(ago.dataset.ago) - now);
  for (const time of root.querySelectorAll("[data-countdown]")) countDown(time, (new Date(time.dateTime) - now) / 1000);
}

function relative(milliseconds) {
  const seconds = milliseconds / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return near.format(Math.trunc(seconds / size), unit);
  }
  return near.format(Math.trunc(seconds), "second");
}

function countDown(time, seconds) {
  time.textContent = seconds > 0 ? `in ${span(seconds)}` : `${span(-seconds)} ago`;
  time.classList.toggle("soon", seconds > 0 && seconds < SOON_SECONDS);
}

function span(seconds) {
  const whole = Math.floor(seconds);
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return `${minutes} min ${whole % 60} s`;
}
