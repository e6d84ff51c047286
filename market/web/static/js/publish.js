// The owner's contribution to the draw, made in the owner's browser at publication. The panel is
// templates/parts/crypto/publish.html: [data-publish] with data-publication (the address to read
// from and to post to); parts errors, unsupported, ask, working, and a button [data-act=contribute].

import { contribute } from "../vendor/seal.js";
import { guarded, onAct, part, showOnly, supported, texts } from "./panel.js";
import { getJson, postJson } from "./request.js";

const ROLE = "owner";
const PARTS = ["ask", "working"];

const start = (root) => {
  const say = texts(root);
  const publish = async () => {
    showOnly(root, PARTS, "working");
    try {
      const publication = await getJson(root.dataset.publication);
      const { location: next } = await postJson(root.dataset.publication, {
        draw_id: publication.draw_id,
        ...(await contribute(publication, ROLE)),
      });
      location.assign(next);
    } catch (error) {
      showOnly(root, PARTS, "ask");
      throw error;
    }
  };
  onAct(root, "contribute", guarded(root, say, publish));
  if (supported(root)) part(root, "ask").hidden = false;
};

for (const root of document.querySelectorAll("[data-publish]")) start(root);
