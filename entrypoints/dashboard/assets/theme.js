// Before the first paint: the theme that was chosen, and that scripts run.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const chosen = localStorage.getItem("refundry-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // A browser that remembers nothing follows the system.
  }
})();
