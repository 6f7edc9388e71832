// Everything here only adds to pages that are complete without it. What htmx swaps in is dressed like the rest.
import { dressTimes, tick } from "./times.js";
import { dressMoney } from "./money.js";
import { startLive } from "./live.js";
import { startKeyboard } from "./keyboard.js";
import { startSelection } from "./selection.js";
import { startControls, showToasts } from "./controls.js";
import { dressSliders } from "./slider.js";

function dress(root) {
  dressMoney(root);
  dressTimes(root);
  dressSliders(root);
  if (document.querySelector("[data-chart]")) import("./charts.js").then((charts) => charts.draw(root));
}

dress(document);
startControls();
startSelection();
startKeyboard();
startLive(() => tick(document));
showToasts();
document.addEventListener("htmx:afterSettle", () => dress(document));
