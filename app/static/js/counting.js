/* Only enhancement: words, characters and pages, counted while one types as the server counts them when saving. */

/* The white space of the server's language; the browser's own class differs in a few characters. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const BETWEEN = new RegExp(SPACE);
const AROUND = new RegExp(`^${SPACE}|${SPACE}$`, "g");
const SIGNS_A_PAGE = 3000;

/* The server counts whole characters: an emoji is one, although the browser keeps it as two. */
const signs = (text) => [...text.replace(AROUND, "")].length;

const UNITS = {
  words: (text) => text.split(BETWEEN).filter((word) => word !== "").length,
  chars: signs,
  pages: (text) => Math.ceil(signs(text) / SIGNS_A_PAGE),
};

const count = (field) => {
  for (const place of document.querySelectorAll(`[data-count-of="${CSS.escape(field.id)}"]`)) {
    const limit = Number(place.dataset.limit);
    const used = UNITS[place.dataset.unit](field.value);
    const text = used > limit ? place.dataset.over : place.dataset.within;
    const said = text.replace("{used}", used).replace("{over}", used - limit).replace("{limit}", limit);
    if (place.textContent !== said) place.textContent = said;
    place.classList.toggle("count-over", used > limit);
  }
};

const pending = new WeakMap();

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.id || !field.matches("textarea, input[type=text]")) return;
  clearTimeout(pending.get(field));
  pending.set(field, setTimeout(count, 300, field)); // a pause, or a screen reader would speak at each key
});

const all = () => {
  for (const place of document.querySelectorAll("[data-count-of]")) {
    const field = document.getElementById(place.dataset.countOf);
    if (field) count(field);
  }
};

document.addEventListener("htmx:after:swap", all);
all();
