// A panel of a page: its parts, its texts and its errors. Texts stand in the page, in the page's
// language: <ul data-texts hidden><li data-key="…">…</li></ul>, with {names} to be filled.

import { prepared, preparing } from "./preparing.js";
import { ServerRefusal, Unreachable } from "./request.js";

export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

// Shows the named parts and hides the other ones of `all`.
export const showOnly = (root, all, ...shown) => {
  for (const name of all) part(root, name).hidden = !shown.includes(name);
};

export const put = (root, name, text) => {
  for (const place of root.querySelectorAll(`[data-value="${name}"]`)) place.textContent = text;
};

export const onAct = (root, name, act) => {
  for (const button of root.querySelectorAll(`[data-act="${name}"]`)) {
    button.addEventListener("click", act);
  }
};

export const texts = (root) => {
  const known = new Map(
    Array.from(root.querySelectorAll("[data-texts] > [data-key]"), (item) => [
      item.dataset.key,
      item.textContent.trim(),
    ]),
  );
  return (key, facts = {}) => {
    const text = known.get(key) ?? known.get("unexpected").replace("{code}", key);
    return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
  };
};

// An error that belongs to one control.
export const atField = (field, error) => Object.assign(error, { field });

// The sentence for whatever went wrong: the server's own, or ours by code.
export const sentence = (say, error) => {
  if (error instanceof ServerRefusal) return error.detail || say("http.refused");
  if (error instanceof Unreachable) return say("http.unreachable");
  if (error?.name === "Refused") return say(error.code, error.facts);
  return say("unexpected", { code: error?.name ?? "?" });
};

export const clearErrors = (root) => {
  part(root, "errors").hidden = true;
  for (const note of root.querySelectorAll("[data-own-error]")) note.remove();
  for (const field of root.querySelectorAll(".field.wrong")) field.classList.remove("wrong");
  for (const control of root.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    control.setAttribute("aria-describedby", control.dataset.describedby ?? "");
  }
};

// Fills the error summary, and the control that each error names, and leads the reader there.
export const showErrors = (root, say, errors) => {
  clearErrors(root);
  const summary = part(root, "errors");
  summary.querySelector("ul").replaceChildren(
    ...errors.map((error) => {
      const item = document.createElement("li");
      const text = sentence(say, error);
      const control = error.field && document.getElementById(error.field);
      if (control) markControl(control, text);
      item.append(control ? link(error.field, text) : text);
      return item;
    }),
  );
  summary.hidden = false;
  summary.focus();
};

const link = (id, text) => {
  const anchor = document.createElement("a");
  anchor.href = `#${id}`;
  anchor.textContent = text;
  return anchor;
};

const markControl = (control, text) => {
  const note = document.createElement("p");
  note.className = "error";
  note.id = `${control.id}-error`;
  note.dataset.ownError = "";
  note.textContent = text;
  const field = control.closest(".field");
  field.classList.add("wrong");
  field.insertBefore(note, control.closest(".control") ?? control);
  control.dataset.describedby ??= control.getAttribute("aria-describedby") ?? "";
  control.setAttribute("aria-describedby", `${control.dataset.describedby} ${note.id}`.trim());
  control.setAttribute("aria-invalid", "true");
};

// Runs one act at a time behind a button's form; whatever it throws is shown.
export const guarded = (root, say, act) => {
  let busy = false;
  return async (event) => {
    event?.preventDefault();
    if (busy) return;
    busy = true;
    root.setAttribute("aria-busy", "true");
    preparing();
    clearErrors(root);
    try {
      await act(event);
    } catch (error) {
      showErrors(root, say, error instanceof AggregateError ? error.errors : [error]);
    } finally {
      busy = false;
      prepared();
      root.removeAttribute("aria-busy");
    }
  };
};

// True where the browser can do it; else the panel says plainly what to do.
export const supported = (root) => {
  const able = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
  part(root, "unsupported").hidden = able;
  return able;
};
