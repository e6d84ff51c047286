// A round as the ledger tells it to everybody: its entries without a gap, each in the tree, and its
// published papers under the hashes that the entries name. Asked for without a session.

import { hex, loads, sha256 } from "../vendor/check.js";
import { Refused } from "../vendor/seal.js";
import { LedgerTree } from "./ledger-tree.js";
import { roundOf } from "./receipt-file.js";
import { ServerRefusal, getBytes, getJson } from "./request.js";

const TAG = "selection:round:";
const OPEN = { session: false };

const must = (holds, code, facts) => {
  if (!holds) throw new Refused(code, facts);
};

const told = async (about) => {
  const found = [];
  let note = null;
  for (let from = 0; from !== null; ) {
    const query = new URLSearchParams({ about, from });
    const { checkpoint, entries, next } = await getJson(`/api/log/entries?${query}`, OPEN);
    // A longer tree holds what the first answer held: whatever came last proves all of it anew.
    if (note !== null && checkpoint !== note) return told(about);
    note = checkpoint;
    found.push(...entries);
    from = next;
  }
  must(found.length > 0, "receipt.unknown_round", { code: roundOf(about).join("/") });
  return { note, found };
};

// Gives {tree, entries: [{index, tag, at, facts}]}.
export const recordOf = async (about) => {
  const { note, found } = await told(about);
  const tree = await LedgerTree.under(note);
  let last = null;
  const entries = found.map(({ index, entry, proof }) => {
    const bytes = new TextEncoder().encode(entry);
    must(tree.holds(index, bytes, proof), "ledger_proof");
    const body = loads(bytes);
    must(body.about === about && body.prev === last, "ledger_gap");
    last = index;
    return { index, tag: body.tag.replace(TAG, ""), at: body.at, facts: body.facts };
  });
  return new RoundRecord(about, tree, entries);
};

class RoundRecord {
  constructor(about, tree, entries) {
    this.about = about;
    this.tree = tree;
    this.entries = entries;
  }

  first(tag) {
    return this.entries.find((entry) => entry.tag === tag) ?? null;
  }

  all(tag) {
    return this.entries.filter((entry) => entry.tag === tag);
  }

  get deadline() {
    const moved = this.all("extended").map(({ facts }) => facts.opens_at);
    return [this.first("published").facts.opens_at, ...moved].sort().pop();
  }

  // The stored bytes of a paper, or null where it is not for everybody yet.
  async paper(name, digest) {
    const [code, attempt] = roundOf(this.about);
    try {
      const bytes = await getBytes(`/rounds/${code}/${attempt}/${name}.json`, OPEN);
      must(hex(sha256(bytes)) === digest, "paper", { name });
      return bytes;
    } catch (error) {
      if (error instanceof ServerRefusal && error.status === 404) return null;
      throw error;
    }
  }
}
