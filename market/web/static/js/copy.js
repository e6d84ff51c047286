// Copy buttons: [data-copy] holds the text. Offices on plain http have no clipboard API, hence the fallback.
import { say } from "./say.js";

async function put(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copying is not allowed here");
}

export function start() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await put(button.dataset.copy);
    } catch {
      return; // the text stands beside the button and can be selected by hand
    }
    button.focus();
    button.classList.add("copied");
    const label = button.firstChild;
    const before = label.textContent;
    if (before !== button.dataset.copied) {
      label.textContent = button.dataset.copied;
      setTimeout(() => {
        label.textContent = before;
        button.classList.remove("copied");
      }, 2000);
    }
    say(button.dataset.copied);
  });
}
