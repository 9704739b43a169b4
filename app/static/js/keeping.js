/* Only enhancement: what is typed is saved by itself where a form can do it, and kept in this browser until it is saved.

   Every form that posts and has a text to write in is kept, unless it says data-keep="no". Copies belong to a person, a
   form and a field; they are offered back to that person alone, and go when they are saved and at sign-out. */

const place = document.getElementById("keeping");
const words = place?.dataset ?? {};
const PREFIX = `tandem-kept|${words.person}|`;
const TYPED = "textarea, input:not([type]), input[type=text], input[type=email], input[type=url], input[type=tel], input[type=search], input[type=number], input[type=date]";
const DAYS = 30;
const PAUSE = 1200; // after the last key
const LONGEST = 8000; // while somebody types on
const AGAIN = 5000; // after a trouble

const made = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};
const button = (text, kind, press) => {
  const found = made("button", { type: "button", class: `button button-${kind}` }, text);
  found.addEventListener("click", press);
  return found;
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/* --- Copies ------------------------------------------------------------------------------------------ */

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(TYPED));
const isKept = (form) => form?.getAttribute("method") === "post" && form.dataset.keep !== "no" && fieldsOf(form).length > 0;
const pathOf = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;

const nameOf = (form) => {
  const alike = [...document.forms].filter((other) => pathOf(other) === pathOf(form));
  const at = alike.indexOf(form);
  return at > 0 ? `${pathOf(form)}#${at}` : pathOf(form);
};
const fieldName = (form, field) => {
  const alike = fieldsOf(form).filter((other) => other.name === field.name);
  return `${field.name}#${alike.indexOf(field)}`;
};
const keyOf = (form, field) => `${PREFIX}${nameOf(form)}|${fieldName(form, field)}`;

const copies = () => {
  const found = [];
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) found.push({ key, ...JSON.parse(localStorage.getItem(key)) });
    }
  } catch { /* a browser that keeps nothing */ }
  return found;
};
const write = (key, copy) => {
  try {
    localStorage.setItem(key, JSON.stringify(copy));
  } catch { /* full, or forbidden: the page still holds the words */ }
};
const drop = (key) => {
  try {
    localStorage.removeItem(key);
  } catch { /* nothing is kept there */ }
};
const keep = (form, field) => {
  if (field.value === field.defaultValue && !field.dataset.typed) return drop(keyOf(form, field));
  field.dataset.typed = "yes";
  write(keyOf(form, field), { at: new Date().toISOString(), text: field.value });
};

/* --- What the page says ------------------------------------------------------------------------------- */

const say = (text, form = null, isSaved = false) => {
  const line = form?.querySelector("[data-saved]") ?? place;
  line.classList.toggle("unsaved", text !== "" && !isSaved);
  if (line.textContent !== text) line.textContent = text;
};

/* --- What was not saved is offered back --------------------------------------------------------------- */

const labelOf = (field) => field.labels?.[0]?.textContent.trim() || field.name;
const hasRefusal = () => document.querySelector("[data-error-summary], [data-refused]") !== null;

const forgetSaved = () => {
  const sent = document.cookie.split("; ").find((pair) => pair.startsWith("tandem-saved="))?.slice(13);
  if (!sent) return;
  for (const copy of copies()) if (copy.sent === sent) drop(copy.key);
  document.cookie = "tandem-saved=; Max-Age=0; Path=/; SameSite=Lax";
};

/* An amount is given back as the page writes it: `60000` and `60 000` are the same. */
const plain = (text) => text.replace(/[\s\u00a0\u202f]/g, "");
const isSame = (field, text) =>
  field.value === text || (field.inputMode === "decimal" && plain(field.value) === plain(text));

const offer = (form) => {
  const start = `${PREFIX}${nameOf(form)}|`;
  const waiting = [];
  for (const copy of copies()) {
    if (!copy.key.startsWith(start)) continue;
    const name = copy.key.slice(start.length);
    const field = fieldsOf(form).find((each) => fieldName(form, each) === name);
    if (field && isSame(field, copy.text)) {
      if (!isSame({ value: field.defaultValue, inputMode: field.inputMode }, copy.text)) resume(form, field); // the browser itself has put it back
      else if (!hasRefusal()) drop(copy.key);
    } else {
      waiting.push({ copy, field });
    }
  }
  if (waiting.length > 0) (form.closest(".work-main, .page, .task") ?? form).prepend(offered(waiting));
};

const resume = (form, field) => {
  if (form.dataset.autosave && isOurs(field.name)) queue(form, field.name);
};

const offered = (waiting) => {
  const newest = waiting.map(({ copy }) => copy.at).sort().at(-1);
  const { lang } = document.documentElement;
  const when = new Date(newest).toLocaleString(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeStyle: "short" });
  const body = made("div", { class: "notice-body stack stack-tight" }, made("p", { class: "title" }, fill(words.offer, { when })));
  for (const { copy, field } of waiting) {
    if (field) body.append(made("p", { class: "small muted" }, labelOf(field)));
    body.append(made("p", { class: "pre-line kept-text" }, copy.text || words.empty));
  }
  const box = made("section", { class: "notice tone-wait", "aria-label": words.offerLabel, "data-offered": "" }, body);
  const back = button(words.back, "secondary", () => {
    for (const { copy, field } of waiting) {
      if (!field) continue;
      field.value = copy.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const first = waiting.find(({ field }) => field)?.field;
    box.remove();
    first?.focus();
  });
  const away = button(words.away, "quiet", () => {
    for (const { copy } of waiting) drop(copy.key);
    box.remove();
  });
  body.append(made("div", { class: "row" }, ...(waiting.some(({ field }) => field) ? [back, away] : [away])));
  return box;
};

/* --- Saving by itself --------------------------------------------------------------------------------- */

const saving = new WeakMap();
const stateOf = (form) => {
  if (!saving.has(form)) saving.set(form, { waiting: new Map(), timer: 0, isBusy: false, held: new Set() });
  return saving.get(form);
};
const isOurs = (name) => /^(q|budget)-/.test(name);
const named = (form, name) => [...form.elements].filter((field) => field.name === name && field.type !== "file");
const valuesOf = (form, name) => new FormData(form).getAll(name).filter((value) => typeof value === "string");
const hidden = (form, name) => form.querySelector(`input[type=hidden][name="${CSS.escape(name)}"]`);
const token = () => document.querySelector('meta[name="csrf-token"]');

const queue = (form, name, pause = PAUSE) => {
  const state = stateOf(form);
  if (state.held.has(name)) return;
  const now = Date.now();
  if (!state.waiting.has(name)) state.waiting.set(name, now);
  const oldest = Math.min(...state.waiting.values());
  clearTimeout(state.timer);
  state.timer = setTimeout(flush, Math.max(0, Math.min(pause, oldest + LONGEST - now)), form);
};

const flush = async (form) => {
  const state = stateOf(form);
  if (state.isBusy || state.waiting.size === 0) return;
  state.isBusy = true;
  try {
    while (state.waiting.size > 0) {
      const [name] = state.waiting.keys();
      state.waiting.delete(name);
      if (!(await saveField(form, name))) {
        state.waiting.set(name, Date.now());
        clearTimeout(state.timer);
        state.timer = setTimeout(flush, AGAIN, form);
        return;
      }
    }
    if (state.held.size === 0) form.dispatchEvent(new CustomEvent("tandem:saved", { bubbles: true }));
  } finally {
    state.isBusy = false;
  }
};

const asked = (form, name) => {
  const [room, key] = name.startsWith("q-") ? ["answers", name.slice(2)] : ["amounts", name];
  const sent = new URLSearchParams({ "kept-for": words.person });
  for (const value of valuesOf(form, name)) sent.append("value", value);
  const before = room === "answers" ? ["version", hidden(form, `v-${key}`)] : ["was", hidden(form, `was-${name}`)];
  if (before[1]) sent.append(before[0], before[1].value);
  return { url: `${form.dataset.autosave}/${room}/${encodeURIComponent(key)}`, sent, before: before[1] };
};

/* Whether this field is done with: saved, or told about in a way that needs the person. */
const saveField = async (form, name) => {
  const { url, sent, before } = asked(form, name);
  const text = valuesOf(form, name).join("\n");
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      body: sent,
      headers: { "X-CSRFToken": token()?.content ?? "", Accept: "application/json" },
      signal: AbortSignal.timeout(15000),
      keepalive: sent.toString().length < 60000,
    });
  } catch {
    say(navigator.onLine ? words.unreachable : words.offline, form);
    return false;
  }
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  const told = isJson ? await answer.json() : {};
  if (answer.ok) return saved(form, name, told, before, text);
  if (answer.status === 409 && told.typed) return clash(form, name, told);
  if ((answer.status === 409 || answer.status === 422) && told.said) {
    if (before && told.was !== undefined) before.value = told.was;
    trouble(form, name, told.said.join(" "));
    return true;
  }
  if ([400, 401, 403, 404].includes(answer.status)) return signedOut(form);
  say(words.unreachable, form);
  return false;
};

const saved = (form, name, told, before, text) => {
  if (before) before.value = told.version ?? told.was;
  trouble(form, name, "");
  for (const [id, html] of Object.entries(told.parts ?? {})) {
    const part = document.getElementById(id);
    if (part) part.outerHTML = html;
  }
  if (valuesOf(form, name).join("\n") === text) {
    for (const field of named(form, name)) if (field.matches(TYPED)) drop(keyOf(form, field));
  } else {
    queue(form, name);
  }
  say(told.said, form, true);
  say("");
  return true;
};

/* Signed in again in another tab, as the same person: the key is renewed and the saving goes on. */
const signedOut = async (form) => {
  try {
    const answer = await fetch(words.keyUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
    const { person, key } = await answer.json();
    if (person === words.person) {
      const isNew = token()?.content !== key;
      renew(key);
      if (isNew) return false;
    }
    say(person && person !== words.person ? words.somebodyElse : person ? words.shut : words.signedOut, form);
  } catch {
    say(words.unreachable, form);
  }
  return false;
};
const renew = (key) => {
  if (token()) token().content = key;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = key;
};

const trouble = (form, name, text) => {
  const id = `${name}-unsaved`;
  document.getElementById(id)?.remove();
  if (!text) return;
  say(words.unsaved, form);
  const field = named(form, name)[0];
  const box = field?.closest("fieldset.field, .field");
  box?.append(made("p", { class: "error", id }, text));
};

/* --- Two people wrote the same answer ----------------------------------------------------------------- */

const clash = (form, name, told) => {
  const state = stateOf(form);
  const fields = named(form, name);
  state.held.add(name);
  say(words.clash, form);
  const box = made("section", { class: "notice tone-wait", tabindex: "-1", "aria-label": words.clash });
  const done = (version) => {
    const before = hidden(form, `v-${name.slice(2)}`);
    if (before) before.value = version;
    state.held.delete(name);
    box.remove();
  };
  const mine = () => {
    done(told.version);
    queue(form, name, 0);
    fields[0]?.focus();
  };
  const theirs = () => {
    put(fields, told.typed);
    done(told.version);
    for (const field of fields) if (field.matches(TYPED)) drop(keyOf(form, field));
    say(words.theirsKept, form, true);
    fields[0]?.focus();
  };
  const both = () => {
    fields[0].value = `${told.typed[0] ?? ""}\n\n${fields[0].value}`;
    mine();
  };
  const texts = made("div", { class: "versions" });
  for (const [heading, text, label, press] of [
    [words.yours, valuesOf(form, name).join("\n"), words.keepYours, mine],
    [fill(words.theirs, { by: told.by }), told.theirs, words.keepTheirs, theirs],
  ]) {
    texts.append(
      made("div", { class: "stack stack-tight" }, made("p", { class: "label" }, heading),
        made("div", { class: "text pre-line" }, text || words.empty), button(label, "secondary", press)),
    );
  }
  const body = made("div", { class: "notice-body stack stack-tight" }, made("p", { class: "title" }, words.clash), texts);
  if (fields.length === 1 && fields[0].matches("textarea")) body.append(made("div", {}, button(words.keepBoth, "quiet", both)));
  box.append(body);
  (fields[0]?.closest("fieldset.field, .field") ?? form).prepend(box);
  return true;
};

const put = (fields, typed) => {
  fields.forEach((field, at) => {
    if (field.matches("input[type=radio], input[type=checkbox]")) field.checked = typed.includes(field.value);
    else field.value = typed[at] ?? "";
  });
};

/* --- Begin -------------------------------------------------------------------------------------------- */

const typing = (event) => {
  const field = event.target;
  const form = field.form;
  if (!form || !field.name || field.type === "file") return;
  if (isKept(form) && field.matches(TYPED)) keep(form, field);
  if (form.dataset.autosave && isOurs(field.name)) queue(form, field.name);
};

const sending = (event) => {
  const form = event.target;
  if (form.matches("[data-sign-out]")) {
    const isUnsaved = copies().length > 0;
    if (isUnsaved && !window.confirm(words.signOut)) return event.preventDefault();
    for (const copy of copies()) drop(copy.key);
    return undefined;
  }
  if (!isKept(form)) return undefined;
  if (!navigator.onLine) {
    event.preventDefault();
    return say(words.offlineForm);
  }
  const sent = crypto.randomUUID?.() ?? String(Date.now()) + Math.random();
  const start = `${PREFIX}${nameOf(form)}|`;
  for (const { key, ...copy } of copies()) if (key.startsWith(start)) write(key, { ...copy, sent });
  form.querySelector("input[name=kept-as]")?.remove();
  form.append(made("input", { type: "hidden", name: "kept-as", value: sent }));
  return undefined;
};

if (words.person) {
  forgetSaved();
  const oldest = new Date(Date.now() - DAYS * 86400000).toISOString();
  for (const copy of copies()) if (copy.at < oldest) drop(copy.key);
  for (const form of document.forms) if (isKept(form)) offer(form);
  document.addEventListener("input", typing);
  document.addEventListener("submit", sending);
  const again = () => {
    for (const form of document.querySelectorAll("form[data-autosave]")) flush(form);
  };
  window.addEventListener("online", () => {
    say("");
    again();
  });
  window.addEventListener("offline", () => {
    const isWriting = [...document.forms].some(isKept);
    if (isWriting) say(words.offline);
  });
  window.addEventListener("focus", again);
  document.addEventListener("visibilitychange", again);
}
