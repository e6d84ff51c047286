// A statement that stands on the page is signed here with a certificate; the key never leaves. The
// panel is templates/parts/crypto/statement.html: [data-sign-statement] with data-kind, data-answer
// and maybe data-demo-key; parts errors, unsupported, statement, form; the certificate field.

import { Refused, loads, signDetached } from "../vendor/sign.js";
import { certificateField } from "./certificate-field.js";
import { now } from "./clock.js";
import { guarded, part, supported, texts } from "./panel.js";
import { postJson } from "./request.js";

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

// Whoever serves this page must not get anything else signed by it.
const mustBe = (kind, text) => {
  let said = null;
  try {
    ({ kind: said } = loads(new TextEncoder().encode(text)));
  } catch {
    // Not canonical JSON, so no statement of ours either.
  }
  if (said !== kind) throw new Refused("statement");
};

const start = (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const certificate = certificateField(root, say, guard);
  const sign = async () => {
    const statement = part(root, "statement").textContent;
    mustBe(root.dataset.kind, statement);
    const at = new Date(now());
    const opened = await certificate.open(at);
    const cms = await signDetached(opened, new TextEncoder().encode(statement), at);
    const { location: next } = await postJson(root.dataset.answer, {
      statement,
      cms_b64: base64(cms),
    });
    certificate.forget();
    location.assign(next);
  };
  part(root, "form").addEventListener("submit", guard(sign));
  if (supported(root)) part(root, "form").hidden = false;
};

for (const root of document.querySelectorAll("[data-sign-statement]")) start(root);
