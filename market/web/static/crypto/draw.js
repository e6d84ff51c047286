// A draw recomputed from its transcript, step by step, by whoever doubts it (PROTOCOL.md §6).
// Every step stands on its own where it can, so that a changed byte is named where it lies. What
// ties the transcript to the ledger beyond its hash (indexes, envelopes) is `mingxuan verify`'s.

import { hex, same, unhex } from "./bytes.js";
import { dumps, loads } from "./canonical.js";
import { sha256, tagged, tagging } from "./hashing.js";
import { root } from "./merkle.js";
import { mustRank } from "./ranking.js";
import { Refused, must } from "./refused.js";
import { drawCommit, drawId } from "./rules.js";
import { walkPool } from "./walk.js";

const ascending = (texts) => texts.every((text, at) => at === 0 || texts[at - 1] < text);
const equal = (left, right) => same(dumps(left), dumps(right));

// Each takes the transcript (and what came before it) and throws where something does not hold.
const STEPS = {
  draw_id: ({ transcript }) => {
    must(hex(drawId(transcript.rules)) === transcript.draw_id, "draw_id");
  },

  secrets: ({ transcript: { rules, contributions, draw_id: id } }) => {
    const roles = contributions.map(({ role }) => role);
    must(equal([...roles].sort(), [...rules.contributors].sort()), "contributors");
    must(new Set(roles).size === roles.length, "contributors");
    for (const { role, secret, commit } of contributions) {
      const expected = drawCommit(role, unhex(id, 32), unhex(secret, 32));
      must(hex(expected) === commit, "secret", { role });
    }
    return { count: roles.length };
  },

  records: async ({ transcript: { pool }, pause }) => {
    must(ascending(pool.map(({ leaf }) => leaf)), "pool_order");
    for (const [at, { leaf, record, salt }] of pool.entries()) {
      if (at % 1000 === 999) await pause();
      if (record === null) continue;
      const expected = tagged("draw-candidate", unhex(salt, 32), dumps(record));
      must(hex(expected) === leaf, "record", { leaf });
    }
    return { count: pool.length };
  },

  pool_root: ({ transcript: { pool, pool_root: claimed } }) => {
    must(hex(root(pool.map(({ leaf }) => unhex(leaf, 32)))) === claimed, "pool_root");
  },

  seed: ({ transcript: { contributions, draw_id: id, pool_root: pool, seed } }) => {
    const given = [...contributions].sort((left, right) => (left.role < right.role ? -1 : 1));
    const parts = given.flatMap(({ role, secret }) => [role, unhex(secret, 32)]);
    must(hex(tagged("draw-seed", unhex(id, 32), unhex(pool, 32), ...parts)) === seed, "seed");
  },

  tickets: ({ transcript: { seed, walk } }) => {
    const makers = new Map();
    for (const { stratum, leaf, ticket } of walk) {
      if (!makers.has(stratum)) {
        makers.set(stratum, tagging("draw-ticket", unhex(seed, 32), stratum));
      }
      must(hex(makers.get(stratum)(unhex(leaf, 32))) === ticket, "ticket", { leaf });
    }
    return { count: walk.length };
  },

  walk: async (state) => {
    const { transcript, pause } = state;
    must(transcript.pool.every(({ record }) => record !== null), "erased");
    const seed = unhex(transcript.seed, 32);
    state.found = await walkPool(transcript.rules, seed, transcript.pool, pause);
    must(equal(state.found.dropped, transcript.dropped), "dropped");
    const { walk } = state.found;
    walk.forEach((step, at) => {
      must(equal(step, transcript.walk[at] ?? null), "walk", { place: at + 1 });
    });
    must(transcript.walk.length === walk.length, "walk", { place: walk.length + 1 });
    return { count: transcript.pool.length };
  },

  result: ({ transcript, found }) => {
    must(found, "unwalked");
    must(equal(found.taken, transcript.taken), "taken");
    must(equal(found.reserves, transcript.reserves), "reserves");
    return { taken: transcript.taken.map((leaf) => codeOf(transcript.pool, leaf)).join("、") };
  },
};

// The name under which a candidate is shown: 甲-01 upward, by the place of its leaf (§5.6).
export const codeOf = (pool, leaf) => {
  const place = pool.findIndex((one) => one.leaf === leaf) + 1;
  return `甲-${String(place).padStart(2, "0")}`;
};

// Yields {step, ok, code, facts} for each step as it ends. `bytes` are the transcript's stored
// bytes, `expected` the SHA-256 that the ledger's decision entry names, or null, `ranking` the stored
// bytes of a price round's ranking, or null; `pause` lets the page breathe.
export async function* recheck(bytes, { expected = null, ranking = null, pause = rest } = {}) {
  const digest = hex(sha256(bytes));
  const fits = expected === null || digest === expected;
  yield { step: "bytes", ok: fits, code: "bytes", facts: { sha256: digest } };
  const state = { pause };
  yield await run("form", () => {
    state.transcript = read(bytes);
    must(state.transcript?.v === 1, "form");
  });
  if (!state.transcript) return;
  for (const [step, act] of Object.entries(STEPS)) yield await run(step, act, state);
  if (ranking) yield run("ranking", ({ transcript }) => mustRank(ranking, transcript), state);
}

const rest = async () => {};

// Which rule of canonical JSON broke matters to whoever wrote the file, not to whoever checks it.
const read = (bytes) => {
  try {
    return loads(bytes);
  } catch ({ code }) {
    throw new Refused(["syntax", "encoding"].includes(code) ? code : "not_canonical");
  }
};

// Hostile shapes fail the step that meets them; they never end the page.
const run = async (step, act, state) => {
  try {
    const facts = (await act(state)) ?? {};
    return { step, ok: true, code: null, facts };
  } catch (error) {
    if (error instanceof Refused) return { step, ok: false, code: error.code, facts: error.facts };
    return { step, ok: false, code: "form", facts: {} };
  }
};

