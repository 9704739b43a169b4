/* Only enhancement: a file is uploaded as soon as it is chosen; without this file its button does it. */

for (const hint of document.querySelectorAll("[data-upload-hint]")) hint.hidden = false;

/* Choosing a file is not typing: it starts no saving by itself. */
document.addEventListener(
  "input",
  (event) => {
    if (event.target.matches?.("input[type=file][data-upload]")) event.stopPropagation();
  },
  true,
);

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches?.("input[type=file][data-upload]") || field.files.length === 0) return;
  const send = document.getElementById(field.dataset.upload);
  if (!send) return;
  send.form.requestSubmit(send);
  send.setAttribute("aria-busy", "true");
});
