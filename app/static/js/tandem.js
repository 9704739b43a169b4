/* Only enhancement: every page works without this file. */

/* --- htmx carries the token against forged requests ------------------------------------------------ */

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  const body = request.body;
  if (body instanceof FormData) {
    /* Saving by itself carries words alone; files go by their own button. */
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
  }
  if ((request.method ?? "GET").toUpperCase() !== "GET") request.headers["X-CSRFToken"] = token();
});

/* --- The list of problems takes the focus, so that it is read first --------------------------------- */

const focusSummary = (root) => {
  const summary = root.querySelector?.("[data-error-summary]");
  summary?.focus();
};

/* --- Leaving a form with unsaved words asks first ---------------------------------------------------- */

const dirty = new Set();

const mark = (event) => {
  const form = event.target.form ?? event.target.closest("form");
  if (form?.matches("[data-guard]")) dirty.add(form);
};

document.addEventListener("input", mark);
document.addEventListener("change", mark);
document.addEventListener("submit", (event) => dirty.delete(event.target));

/* A file that was chosen and not sent yet is unsaved, whatever was saved meanwhile. */
const holdsFile = (form) => [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length > 0);

document.addEventListener("tandem:saved", (event) => {
  if (!holdsFile(event.target)) dirty.delete(event.target);
});

window.addEventListener("beforeunload", (event) => {
  const isUnsaved = [...dirty].some((form) => form.isConnected);
  if (isUnsaved) event.preventDefault();
});

/* --- Begin ------------------------------------------------------------------------------------------- */

document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target ?? event.target;
  focusSummary(place);
});

focusSummary(document);
