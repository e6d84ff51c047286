// RFC 6962 trees: the root of a list of entries, and the proof that one entry stands in a tree.

import { concat, same } from "./bytes.js";
import { sha256 } from "./hashing.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry) => sha256(concat(LEAF, entry));
const nodeHash = (left, right) => sha256(concat(NODE, left, right));

export const root = (entries) => {
  let level = entries.map(leafHash);
  if (level.length === 0) return sha256(new Uint8Array());
  while (level.length > 1) {
    // A lone last node moves up, which gives the shape that RFC 6962 defines from the top.
    level = level.flatMap((left, at) =>
      at % 2 ? [] : [at + 1 < level.length ? nodeHash(left, level[at + 1]) : left],
    );
  }
  return level[0];
};

// RFC 9162 §2.1.3.2. Sizes stay far below 2^53, so division replaces shifting.
export const isIncluded = (leaf, index, size, proof, expected) => {
  if (!(index >= 0 && index < size)) return false;
  let [here, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (here % 2 || here === last) {
      hash = nodeHash(sibling, hash);
      while (here && here % 2 === 0) [here, last] = [here / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [here, last] = [Math.floor(here / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(hash, expected);
};
