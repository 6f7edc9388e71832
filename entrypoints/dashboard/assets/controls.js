// Small controls: copying, dialogs, the theme, toasts.
const THEMES = ["auto", "light", "dark"];
const WORDS = { auto: "Auto", light: "Light", dark: "Dark" };
const TOAST_MS = 6000;

export function startControls() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    event.target.closest("[data-closes]")?.closest("dialog").close();
    if (event.target.matches("dialog[open]")) event.target.close();
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
  });
  document.addEventListener("refundry:said", (event) => say(event.detail));
  const toggle = document.querySelector("[data-theme-toggle]");
  showTheme(toggle);
  toggle.addEventListener("click", () => changeTheme(toggle));
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1500);
  say("Copied.");
}

function themeNow() {
  return document.documentElement.dataset.theme ?? "auto";
}

function showTheme(toggle) {
  toggle.querySelector("[data-theme-word]").textContent = WORDS[themeNow()];
}

function changeTheme(toggle) {
  const next = THEMES[(THEMES.indexOf(themeNow()) + 1) % THEMES.length];
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem("refundry-theme", next);
  } catch {
    // Then it holds for this page only.
  }
  showTheme(toggle);
  document.dispatchEvent(new CustomEvent("refundry:theme"));
}

export function say(text) {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  document.querySelector("[data-toasts]").append(toast);
  setTimeout(() => toast.remove(), TOAST_MS);
}

// A notice that came with the page goes away, and out of the address, so that it is not said again.
export function showToasts() {
  for (const toast of document.querySelectorAll("[data-toast]")) setTimeout(() => toast.remove(), TOAST_MS);
  const address = new URL(location.href);
  if (address.searchParams.has("done")) {
    address.searchParams.delete("done");
    history.replaceState(history.state, "", address);
  }
}
