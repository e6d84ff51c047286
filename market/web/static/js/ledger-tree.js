// The published tree of the ledger, held against a checkpoint that its key signed (PROTOCOL.md §3).
// An entry is found by way of the tiles, which are files for everybody, 256 entries each: whoever
// serves them does not learn which of these is meant.

import { isIncluded, leafHash, sha256, unhex } from "../vendor/check.js";
import { Refused, readCheckpoint } from "../vendor/seal.js";
import { getBytes, getJson } from "./request.js";

const WIDTH = 256;
const RISE = 8;
const HASH = 32;
const OPEN = { session: false };

const refuse = (code) => {
  throw new Refused(code);
};

const joined = (left, right) => {
  const node = new Uint8Array(1 + 2 * HASH);
  node.set([1]);
  node.set(left, 1);
  node.set(right, 1 + HASH);
  return sha256(node);
};

const rootOf = (hashes) => {
  if (hashes.length === 1) return hashes[0];
  const half = hashes.length / 2;
  return joined(rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
};

const tilePath = (level, number, width) => {
  const groups = [String(number % 1000).padStart(3, "0")];
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `/log/tile/${level}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
};

export class LedgerTree {
  constructor({ size, root }) {
    this.size = size;
    this.root = root;
    this.tiles = new Map();
  }

  static async under(note) {
    const { log } = await getJson("/log/keys.json", OPEN);
    return new LedgerTree(await readCheckpoint(note, log.name, unhex(log.key, HASH)));
  }

  // Whether these bytes are entry `index`, by the path that came with them.
  holds(index, bytes, path) {
    const proof = path.map((hash) => unhex(hash, HASH));
    return isIncluded(leafHash(bytes), index, this.size, proof, this.root);
  }

  // The bytes of entry `index` out of its bundle, once the whole tree over them gives the root.
  async entry(index) {
    if (!(index >= 0 && index < this.size)) refuse("ledger_young");
    const bundle = await this.#tile("entries", Math.floor(index / WIDTH), this.size);
    const bytes = entriesOf(bundle)[index % WIDTH] ?? refuse("ledger_proof");
    const root = await this.#root(0, this.size, index, leafHash(bytes));
    if (root.join() !== this.root.join()) refuse("ledger_proof");
    return bytes;
  }

  #tile(level, number, size) {
    const path = tilePath(level, number, Math.min(WIDTH, size - number * WIDTH));
    if (!this.tiles.has(path)) this.tiles.set(path, getBytes(path, OPEN));
    return this.tiles.get(path);
  }

  // The root over the entries from `begin` on, `count` of them, with `leaf` in the place `index`.
  async #root(begin, count, index, leaf) {
    const inside = index >= begin && index < begin + count;
    if (count === 1 && inside) return leaf;
    const rise = Math.log2(count);
    if (!inside && Number.isInteger(rise)) return this.#node(rise, begin / count);
    const left = 2 ** (Math.ceil(rise) - 1);
    return joined(
      await this.#root(begin, left, index, leaf),
      await this.#root(begin + left, count - left, index, leaf),
    );
  }

  async #node(level, number) {
    const [floor, rise] = [Math.floor(level / RISE), level % RISE];
    const first = number * 2 ** rise;
    const size = Math.floor(this.size / WIDTH ** floor);
    const tile = await this.#tile(floor, Math.floor(first / WIDTH), size);
    const hashes = Array.from({ length: 2 ** rise }, (_, at) => {
      const begin = ((first % WIDTH) + at) * HASH;
      return tile.slice(begin, begin + HASH);
    });
    return rootOf(hashes);
  }
}

// A bundle: each entry behind its length in two bytes (C2SP tlog-tiles).
const entriesOf = (bundle) => {
  const found = [];
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  for (let at = 0; at + 2 <= bundle.length; ) {
    const length = view.getUint16(at);
    found.push(bundle.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return found;
};
