// The offline page on which a regulator signs an order (templates/oversight/offline_order.html).
// It asks nobody anything: both files are chosen from the disk, and the signed one is saved there.

import { OPENING, finish, readKey, readRequest } from "./orders.js";
import { Refused } from "./refused.js";

const LARGEST = 20_000;

const root = document.querySelector("[data-order]");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const say = (key) => root.querySelector(`[data-texts] > [data-key="${key}"]`)?.textContent;
const put = (name, text) => {
  root.querySelector(`[data-value="${name}"]`).textContent = text;
};

// Codes (甲-01) are shown as the page's language shows them (web/i18n.blind_code).
const shownCode = (code) =>
  document.documentElement.lang === "en" ? code.replace("甲-", "A-") : code;

let request = null;

const refuse = (field, error) => {
  if (!(error instanceof Refused)) throw error;
  const note = part(`${field}-error`);
  note.textContent = say(error.code);
  note.hidden = false;
  root.querySelector(`#${field}`).setAttribute("aria-invalid", "true");
  note.focus();
};

const cleared = (field) => {
  part(`${field}-error`).hidden = true;
  root.querySelector(`#${field}`).removeAttribute("aria-invalid");
  part("done").hidden = true;
};

const textOf = async (field) => {
  const [file] = root.querySelector(`#${field}`).files;
  if (!file) throw new Refused(`${field}_missing`);
  if (file.size > LARGEST) throw new Refused(field === "request" ? "request" : "order_key");
  return file.text();
};

const show = async () => {
  cleared("request");
  request = null;
  part("asked").hidden = true;
  try {
    request = readRequest(await textOf("request"));
  } catch (error) {
    refuse("request", error);
    return;
  }
  const { kind, about, title, page, code = "", reason = "", envelope, freeze } = request;
  const opens = kind === OPENING;
  for (const row of root.querySelectorAll("[data-opening]")) row.hidden = !opens;
  put("sentence", say(opens ? "sentence.opening" : "sentence.audit"));
  const facts = { title, about: about.replace("round:", ""), code: shownCode(code), reason, page, hash: envelope ?? freeze };
  for (const [name, text] of Object.entries(facts)) put(name, text);
  part("asked").hidden = false;
};

const sign = async (event) => {
  event.preventDefault();
  cleared("key");
  let made;
  try {
    const key = await readKey(await textOf("key"), request);
    made = await finish(request, key, new Date());
  } catch (error) {
    refuse("key", error);
    return;
  }
  root.querySelector("#key").value = "";
  const name = request.about.replace(/[^0-9A-Za-z-]+/g, "-").replace(/^round-/, "");
  saves("save-secret", made.secret, `audit-key-${name}.json`);
  saves("save-order", made.order, `order-${name}.json`);
  part("secret").hidden = !made.secret;
  part("done").hidden = false;
  part("done").focus();
};

const saves = (id, text, name) => {
  const link = root.querySelector(`[data-save="${id}"]`);
  URL.revokeObjectURL(link.href);
  link.removeAttribute("href");
  if (!text) return;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
};

root.querySelector("#request").addEventListener("change", show);
part("asked").addEventListener("submit", sign);
part("start").hidden = false;
