// Amounts as the reader's locale writes them; the value on the page stays the exact one.
const formats = new Map();

function formatOf(currency) {
  if (!formats.has(currency)) {
    formats.set(currency, new Intl.NumberFormat(undefined, { style: "currency", currency, currencyDisplay: "code" }));
  }
  return formats.get(currency);
}

export function dressMoney(root) {
  for (const data of root.querySelectorAll("data[data-currency]:not([data-dressed])")) {
    const { currency } = data.dataset;
    data.title = `${data.value} ${currency}`;
    // A string is formatted without passing through a binary fraction.
    data.textContent = formatOf(currency).format(data.value);
    data.dataset.dressed = "";
  }
}
