// A page whose whole purpose is a signature. The panel is templates/parts/crypto/statement.html:
// [data-sign-statement] with data-kind, data-answer and maybe data-demo-key; parts errors,
// unsupported, statement, form; the certificate field.

import { certificateField } from "./certificate-field.js";
import { guarded, part, supported, texts } from "./panel.js";
import { postJson } from "./request.js";
import { signStatement } from "./signed-statement.js";

const start = (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const certificate = certificateField(root, say, guard);
  const sign = async () => {
    const { signed } = await signStatement(root, certificate);
    const { location: next } = await postJson(root.dataset.answer, signed);
    certificate.forget();
    location.assign(next);
  };
  part(root, "form").addEventListener("submit", guard(sign));
  if (supported(root)) part(root, "form").hidden = false;
};

for (const root of document.querySelectorAll("[data-sign-statement]")) start(root);
