// Saves a form[data-draft] to the server while it is being filled; nothing is kept on a shared PC.
// Passwords, files and [data-no-draft] (prices) never leave the form before it is sent.
import { newKey } from "./key.js";

const PAUSE = 1200; // ms without typing

function fields(form) {
  const body = new URLSearchParams();
  for (const box of form.elements) {
    if (!box.name || box.disabled || box.name === "idempotency_key") continue;
    if (["password", "file", "submit", "button"].includes(box.type) || "noDraft" in box.dataset) continue;
    if (["checkbox", "radio"].includes(box.type) && !box.checked) continue;
    body.append(box.name, box.value);
  }
  return body;
}

// Why it was not kept, in the server's words.
async function refused(answer, form) {
  const problem = await answer.json();
  const reasons = (problem.errors ?? []).map((error) => error.detail);
  return [...reasons, problem.detail, form.dataset.unsaved].find(Boolean);
}

function watch(form) {
  const place = form.querySelector("[data-draft-said]");
  const tell = (text) => place && (place.textContent = text);
  let timer = 0;
  let saved = fields(form).toString();
  const save = async (keepalive) => {
    clearTimeout(timer);
    timer = 0;
    const body = fields(form);
    const text = body.toString();
    if (text === saved) return;
    tell(form.dataset.saving);
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body, keepalive, headers: { "idempotency-key": newKey(), accept: "application/json" },
      });
      if (answer.ok) saved = text;
      tell(answer.ok ? form.dataset.saved : await refused(answer, form));
    } catch {
      tell(form.dataset.unsaved);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE, false);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && timer) save(true);
  });
}

export function start() {
  document.querySelectorAll("form[data-draft]").forEach(watch);
}
