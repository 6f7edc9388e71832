// Regions that bring themselves up to date, until somebody pauses them or looks elsewhere.
const EVERY_MS = 10000;
const SOON_MS = 2000;
const KEPT = "refundry-paused";
let paused = remembered();

export function startLive(tick) {
  const button = document.querySelector("[data-pause]");
  show(button);
  button.addEventListener("click", () => {
    paused = !paused;
    try {
      localStorage.setItem(KEPT, paused ? "yes" : "no");
    } catch {
      // Then it is paused for this page only.
    }
    show(button);
    if (!paused) tick();
  });
  setInterval(() => !paused && !document.hidden && tick(), 1000);
  setInterval(() => refresh("[data-live]:not([data-live=soon])"), EVERY_MS);
  setInterval(() => refresh("[data-live=soon]"), SOON_MS);
}

function refresh(which) {
  if (paused || document.hidden || document.querySelector("dialog[open]")) return;
  for (const region of document.querySelectorAll(which)) if (!isInUse(region)) window.htmx.trigger(region, "live");
}

// What somebody types in, has unfolded or selected must not be swapped away from under them.
function isInUse(region) {
  const active = document.activeElement;
  const typing = region.contains(active) && active.matches("input:not([type=checkbox]), select, textarea");
  const unfolded = region.querySelector("details[open]:not(.filters-more)");
  return typing || unfolded || region.querySelector("input[type=checkbox]:checked") || !getSelection().isCollapsed;
}

function show(button) {
  button.setAttribute("aria-pressed", String(paused));
  button.title = paused ? "Resume live updates (p)" : "Pause live updates (p)";
  button.querySelector("[data-pause-word]").textContent = paused ? "Paused" : "Live";
  document.documentElement.classList.toggle("paused", paused);
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "yes";
  } catch {
    return false;
  }
}
