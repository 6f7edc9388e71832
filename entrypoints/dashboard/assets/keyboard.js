// Keys: / search, j and k rows, Enter opens, x selects, p pauses, ? help, g and a letter a place.
let going = false;
let current = null;

export function startKeyboard() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog[open]")) return;
    const done = going ? goTo(event.key) : (KEYS[event.key] ?? (() => false))(event);
    if (done) event.preventDefault();
  });
}

const KEYS = {
  "/": () => focus(document.getElementById("search")),
  "?": () => open("help"),
  j: () => move(1),
  k: () => move(-1),
  Enter: (event) => !event.target.closest("a, button, summary, input") && follow(),
  x: () => press(row()?.querySelector("input[type=checkbox]")),
  p: () => press(document.querySelector("[data-pause]")),
  g: () => (going = true),
};

function goTo(letter) {
  going = false;
  const link = document.querySelector(`.side [data-letter="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return false;
  const at = rows.indexOf(row());
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  for (const one of rows) one.toggleAttribute("data-current", one === next);
  current = next.dataset.key ?? null;
  next.querySelector("[data-open]")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// A region that was brought up to date has new rows; the current one is known by its key.
function row() {
  return document.querySelector("[data-row][data-current]")
    ?? (current === null ? null : document.querySelector(`[data-row][data-key="${CSS.escape(current)}"]`));
}

function follow() {
  const link = row()?.querySelector("[data-open]");
  link?.click();
  return Boolean(link);
}

function press(button) {
  button?.click();
  return Boolean(button);
}

function focus(input) {
  input.focus();
  input.select();
  return true;
}

function open(id) {
  document.getElementById(id).showModal();
  return true;
}
