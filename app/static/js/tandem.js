/* Only enhancement: every page works without this file. */

const ready = (root, selector, act) => {
  if (root.matches?.(selector)) act(root);
  root.querySelectorAll?.(selector).forEach(act);
};

/* --- htmx carries the token against forged requests ------------------------------------------------ */

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if ((request.method ?? "GET").toUpperCase() !== "GET") request.headers["X-CSRFToken"] = token();
});

/* --- The list of problems takes the focus, so that it is read first --------------------------------- */

const focusSummary = (root) => {
  const summary = root.querySelector?.("[data-error-summary]");
  summary?.focus();
};

/* --- Words, counted as the server counts them -------------------------------------------------------- */

/* The white space of the server's language; the browser's own class differs in a few characters. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const words = (text) => text.split(SPACE).filter((token) => token !== "").length;

const count = (area) => {
  const place = document.getElementById(`${area.id}-count`);
  if (!place) return;
  const limit = Number(area.dataset.words);
  const used = words(area.value);
  const isOver = limit > 0 && used > limit;
  const text = isOver ? place.dataset.over : place.dataset.within;
  place.textContent = text.replace("{used}", used).replace("{over}", used - limit);
  place.classList.toggle("count-over", isOver);
};

const pending = new WeakMap();

document.addEventListener("input", (event) => {
  const area = event.target.closest("textarea[data-words]");
  if (!area) return;
  clearTimeout(pending.get(area));
  pending.set(area, setTimeout(count, 300, area)); // a pause, or a screen reader would speak at each key
});

/* --- Leaving a form with unsaved words asks first ---------------------------------------------------- */

const dirty = new Set();

const mark = (event) => {
  const form = event.target.form ?? event.target.closest("form");
  if (form?.matches("[data-guard]")) dirty.add(form);
};

document.addEventListener("input", mark);
document.addEventListener("change", mark);
document.addEventListener("submit", (event) => dirty.delete(event.target));

/* What was typed while a request was under way is still unsaved. */
const sent = new WeakMap();
const written = (form) => new URLSearchParams([...new FormData(form)].filter((pair) => typeof pair[1] === "string")).toString();
const formOf = (event) => event.detail.ctx?.sourceElement?.closest?.("form[data-guard]");

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (form) sent.set(form, written(form));
});

document.addEventListener("htmx:after:request", (event) => {
  const form = formOf(event);
  const isSaved = event.detail.ctx?.response?.raw?.ok;
  if (form && isSaved && sent.get(form) === written(form)) dirty.delete(form);
});

window.addEventListener("beforeunload", (event) => {
  const isUnsaved = [...dirty].some((form) => form.isConnected);
  if (isUnsaved) event.preventDefault();
});

/* --- Begin ------------------------------------------------------------------------------------------- */

document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target ?? event.target;
  ready(place, "textarea[data-words]", count);
  focusSummary(place);
});

ready(document, "textarea[data-words]", count);
focusSummary(document);
