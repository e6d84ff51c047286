// The draw's identity and its contributors' promises (PROTOCOL.md §6.1, §6.2).

import { hex, random } from "./bytes.js";
import { dumps } from "./canonical.js";
import { sha256, tagged } from "./hashing.js";

export const drawId = (rules) =>
  tagged("draw-id", rules.subject, rules.attempt, sha256(dumps(rules)));

export const drawCommit = (role, id, secret) => tagged("draw-commit", role, id, secret);

export const aboutOf = (rules) => `${rules.subject}/${rules.attempt}`;

// A contributor's 32 random bytes, the commitment to publish and the payload to seal.
export const newSecret = (role, id) => {
  const secret = random(32);
  const payload = dumps({ v: 1, role, secret: hex(secret) });
  return { commit: hex(drawCommit(role, id, secret)), payload };
};
