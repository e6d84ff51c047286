// Tagged hashes and commitments (PROTOCOL.md §2): every part enters with its length.
// SHA-256 is computed here and not by WebCrypto because a draw hashes a hundred thousand short
// messages, where waiting for each costs more than hashing, and because pages that are only
// read (draw re-check) must also work where WebCrypto is missing.

import { sha256 as noble } from "@noble/hashes/sha2.js";

import { utf8 } from "./bytes.js";
import { dumps } from "./canonical.js";

export const PREFIX = "mingxuan/v1/";

export const sha256 = (bytes) => noble(bytes);

// Text as UTF-8, numbers as decimal digits, bytes as they are.
const raw = (part) => (part instanceof Uint8Array ? part : utf8(String(part)));

const framed = (hash, part) => {
  const bytes = raw(part);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(4, bytes.length);
  return hash.update(length).update(bytes);
};

// A loop over many last parts hashes what they share only once.
export const tagging = (tag, ...shared) => {
  const begun = [PREFIX + tag, ...shared].reduce(framed, noble.create());
  return (...parts) => parts.reduce(framed, begun.clone()).digest();
};

export const tagged = (tag, ...parts) => tagging(tag)(...parts);

export const commitment = (salt, value) => tagged("commit", salt, dumps(value));
