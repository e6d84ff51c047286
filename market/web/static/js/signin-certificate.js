// Sign-in with a certificate: the server's challenge is signed here, the key never leaves. The panel
// is templates/parts/crypto/sign_in.html: [data-certificate-sign-in] with data-challenge,
// data-answer and maybe data-demo-key; parts errors, unsupported, form, preparing; the certificate
// field. An agency's browser then makes itself ready for every open round (prepare.js).

import { Refused, loads, signDetached } from "../vendor/sign.js";
import { certificateField } from "./certificate-field.js";
import { now } from "./clock.js";
import { guarded, part, supported, texts } from "./panel.js";
import { postJson } from "./request.js";

const LONGEST = 15_000;

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
    await ready(certificate.password());
    certificate.forget();
    location.assign(next);
  };
  // Signing in never fails over this: what was not asked for now is asked for when applying.
  const ready = async (password) => {
    const waiting = part(root, "preparing");
    if (!waiting) return;
    waiting.hidden = false;
    try {
      const { prepare } = await import("./prepare.js");
      await Promise.race([prepare(password), new Promise((go) => setTimeout(go, LONGEST))]);
    } catch (error) {
      console.warn(error);
    }
  };
  part(root, "form").addEventListener("submit", guard(signIn));
  if (supported(root)) part(root, "form").hidden = false;
};

for (const root of document.querySelectorAll("[data-certificate-sign-in]")) start(root);
