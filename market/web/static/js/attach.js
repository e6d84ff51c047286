// Sends chosen files one after the other and tells how far each is; without script the form is sent
// as any other. What is refused stays on the page with its sentence, what was taken joins the list.
import { newKey } from "./key.js";
import { say } from "./say.js";

const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

function line(place) {
  const text = document.createElement("p");
  const bar = document.createElement("progress");
  bar.max = 1;
  place.append(text, bar);
  return {
    tell(words, share) {
      text.textContent = words;
      bar.hidden = share === null;
      if (share !== null) bar.value = share;
    },
    refuse(words) {
      text.className = "error";
      this.tell(words, null);
      say(words);
    },
    done() {
      text.remove();
      bar.remove();
    },
  };
}

const send = (form, field, file, shown) =>
  new Promise((resolve) => {
    const words = field.dataset;
    const name = file.name;
    const body = new FormData();
    body.append(field.name, file);
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
    request.open("POST", form.action);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("idempotency-key", newKey());
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = Math.floor((100 * loaded) / total);
      const said = percent < 100 ? filled(words.sending, { name, percent }) : filled(words.checking, { name });
      shown.tell(said, loaded / total);
    });
    request.addEventListener("loadend", () => {
      if (request.status >= 200 && request.status < 300) return resolve(shown.done());
      let detail = null;
      try {
        const problem = JSON.parse(request.responseText);
        detail = problem.errors?.[0]?.detail ?? problem.detail;
      } catch {
        // no answer, or none of ours
      }
      shown.refuse(detail ? `${name}: ${detail}` : filled(words.failed, { name }));
      return resolve();
    });
    request.send(body);
  });

async function sendAll(form, field, place) {
  place.replaceChildren();
  for (const file of field.files) {
    const shown = line(place);
    if (file.size > Number(field.dataset.attach)) shown.refuse(filled(field.dataset.large, { name: file.name }));
    else await send(form, field, file, shown);
  }
}

async function listAnew(address) {
  const answer = await fetch(address, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [list, fresh] = [document, page].map((one) => one.querySelector("[data-attach-list]"));
  list.replaceChildren(...fresh.childNodes);
  say(list.querySelector("h2").textContent);
}

for (const field of document.querySelectorAll("[data-attach]")) {
  const form = field.form;
  const button = form.querySelector("button[type=submit]");
  field.multiple = true;
  form.addEventListener("submit", async (event) => {
    if (!field.files.length) return; // the server says what to do
    event.preventDefault();
    button.disabled = true;
    await sendAll(form, field, form.querySelector("[data-attach-said]"));
    field.value = "";
    await listAnew(form.action).catch(() => location.reload());
    button.disabled = false;
  });
}
