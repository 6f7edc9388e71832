// What moment a slider into the past stands at, while it is moved.
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function dressSliders(root) {
  for (const slider of root.querySelectorAll("[data-slider]:not([data-dressed])")) {
    slider.dataset.dressed = "";
    slider.addEventListener("input", () => say(slider));
    say(slider);
  }
}

function say(slider) {
  const back = -slider.valueAsNumber;
  const moment = Date.parse(slider.dataset.top) - (back - 1) * slider.dataset.stepSeconds * 1000;
  const words = back > 0 ? full.format(new Date(moment)) : "now";
  slider.form.querySelector("[data-slider-says]").textContent = back > 0 ? words : "";
  slider.setAttribute("aria-valuetext", words);
}
