// The owner publishes: a secret for the draw is made in this browser and, where the region asks for
// it, the publication is signed here. The panel is templates/parts/crypto/publish.html:
// [data-publish] with data-publication (the address to read from and to post to), parts errors,
// unsupported, ask (a form), working; with data-kind also part statement and the certificate field.

import { Refused, contribute } from "../vendor/seal.js";
import { certificateField } from "./certificate-field.js";
import { guarded, part, showOnly, supported, texts } from "./panel.js";
import { getJson, postJson } from "./request.js";
import { signStatement } from "./signed-statement.js";

const ROLE = "owner";
const PARTS = ["ask", "working"];

const start = (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const certificate = root.dataset.kind ? certificateField(root, say, guard) : null;

  const publish = async () => {
    const statement = certificate && (await signStatement(root, certificate));
    showOnly(root, PARTS, "working");
    try {
      const publication = await getJson(root.dataset.publication);
      // A trustee came or went since the page was made: what was signed is another draw.
      if (statement && statement.body.draw_id !== publication.draw_id) throw new Refused("draw_other");
      const { location: next } = await postJson(root.dataset.publication, {
        draw_id: publication.draw_id,
        ...(await contribute(publication, ROLE)),
        signed: statement?.signed ?? null,
      });
      certificate?.forget();
      location.assign(next);
    } catch (error) {
      showOnly(root, PARTS, "ask");
      throw error;
    }
  };
  part(root, "ask").addEventListener("submit", guard(publish));
  if (supported(root)) part(root, "ask").hidden = false;
};

for (const root of document.querySelectorAll("[data-publish]")) start(root);
