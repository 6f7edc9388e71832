// Rows that are selected, and the bar that says how many and what can be done with them.
export function startSelection() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-select-page]")) for (const box of boxes(form)) box.checked = event.target.checked;
    show(form);
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (event.target.closest("[data-bulk-clear]")) clear(form);
    if (event.target.closest("[data-bulk-copy]")) copy(form);
  });
}

const boxes = (form) => [...form.querySelectorAll("input[name=id]")];
const chosen = (form) => boxes(form).filter((box) => box.checked);

function show(form) {
  const all = form.querySelector("[data-bulk-all]");
  const page = form.querySelector("[data-select-page]");
  const count = chosen(form).length;
  page.checked = count === boxes(form).length;
  page.indeterminate = count > 0 && !page.checked;
  const shown = all?.checked ? Number(all.dataset.total) : count;
  form.querySelector("[data-bulk-count]").textContent = shown.toLocaleString();
  form.querySelector("[data-bulk-bar]").hidden = count === 0;
  form.querySelector("[data-bulk-copy]").hidden = Boolean(all?.checked);
}

function clear(form) {
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  show(form);
}

async function copy(form) {
  await navigator.clipboard.writeText(chosen(form).map((box) => decodeURIComponent(box.value)).join("\n"));
  form.dispatchEvent(new CustomEvent("refundry:said", { bubbles: true, detail: "The ids are copied." }));
}
