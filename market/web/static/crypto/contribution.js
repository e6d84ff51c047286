// The owner's part in the draw (PROTOCOL.md §6.2): a secret that nobody, the owner included, can
// take back or change. It is committed to, sealed for the trustees, and kept nowhere else.

import { same, unhex } from "./bytes.js";
import { newKey } from "./ed25519.js";
import { must } from "./refused.js";
import { aboutOf, drawId, newSecret } from "./rules.js";
import { seal } from "./sealed.js";

// `publication` is what the server will log; it is recomputed here before anything is promised.
export const contribute = async ({ about, rules, draw_id: claimed, terms }, role) => {
  const id = drawId(rules);
  must(same(id, unhex(claimed, 32)), "draw_id");
  must(aboutOf(rules) === about, "draw_about");
  must(rules.contributors.includes(role), "draw_contributor", { role });
  const { commit, payload } = newSecret(role, id);
  const author = await newKey();
  const envelope = await seal({
    kind: "draw_secret",
    payload,
    terms: { ...terms, about },
    author,
    seq: rules.attempt,
  });
  return { commit, envelope: envelope.text };
};
