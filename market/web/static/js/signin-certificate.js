// Sign-in with a certificate: the server's challenge is signed here, the key never leaves. The panel
// is templates/parts/crypto/sign_in.html: [data-certificate-sign-in] with data-challenge,
// data-answer and maybe data-demo-key; parts errors, unsupported, form; the certificate field.

import { Refused, loads, signDetached } from "../vendor/sign.js";
import { certificateField } from "./certificate-field.js";
import { now } from "./clock.js";
import { guarded, part, supported, texts } from "./panel.js";
import { postJson } from "./request.js";

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

// Whoever serves this page must not get a statement signed by calling it a challenge.
const mustBeSignIn = (text) => {
  let kind = null;
  try {
    ({ kind } = loads(new TextEncoder().encode(text)));
  } catch {
    // Not canonical JSON, so no challenge of ours either.
  }
  if (kind !== "sign_in") throw new Refused("challenge");
};

const start = (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const certificate = certificateField(root, say, guard);
  const signIn = async () => {
    const opened = await certificate.open(new Date(now()));
    const { id, text } = await postJson(root.dataset.challenge, {});
    mustBeSignIn(text);
    const cms = await signDetached(opened, new TextEncoder().encode(text), new Date(now()));
    const { location: next } = await postJson(root.dataset.answer, { id, cms_b64: base64(cms) });
    certificate.forget();
    location.assign(next);
  };
  part(root, "form").addEventListener("submit", guard(signIn));
  if (supported(root)) part(root, "form").hidden = false;
};

for (const root of document.querySelectorAll("[data-certificate-sign-in]")) start(root);
