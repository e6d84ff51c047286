// Acts at once and offers to take it back instead of asking first: form[data-undo] names the way back.
// Without script the form is sent as any other, and the next page carries the undo button.
import { newKey } from "./key.js";
import { say } from "./say.js";

const SHOWN = 10_000; // ms

async function post(address, body) {
  const headers = { "idempotency-key": body.get("idempotency_key"), accept: "application/json" };
  const answer = await fetch(address, { method: "POST", body, headers });
  if (!answer.ok) throw new Error(String(answer.status));
}

function toast(text, label, back) {
  document.querySelector(".toast")?.remove();
  const box = document.createElement("div");
  box.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (label) {
    const button = document.createElement("button");
    button.className = "button quiet";
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => {
      box.remove();
      back();
    });
    box.append(button);
  }
  document.body.append(box);
  say(text);
  setTimeout(() => box.matches(":focus-within") || box.remove(), SHOWN);
}

export function start() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.undo) return;
    event.preventDefault();
    const row = form.closest("[data-undo-row]");
    const fail = () => toast(form.dataset.undoFailed);
    const body = new URLSearchParams(new FormData(form));
    try {
      await post(form.action, body);
    } catch {
      fail();
      return;
    }
    const key = form.querySelector('[name="idempotency_key"]');
    if (key) key.value = newKey(); // once taken back, the act may be done again
    if (row) row.hidden = true;
    toast(form.dataset.undoDone, form.dataset.undoLabel, async () => {
      try {
        await post(form.dataset.undo, new URLSearchParams({ idempotency_key: newKey() }));
      } catch {
        fail();
        return;
      }
      if (row) row.hidden = false;
      else location.reload();
    });
  });
}
