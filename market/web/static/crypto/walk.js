// The walk of a draw (PROTOCOL.md §6.6): strata in their order, tickets ascending, whoever breaks a
// constraint given those taken is passed over; when too few are found, one constraint falls away
// and the walk begins again.

import { hex, unhex } from "./bytes.js";
import { tagging } from "./hashing.js";
import { must } from "./refused.js";

// How many tickets are hashed before the page may breathe.
const BATCH = 5000;

const field = (record, name) => record[name] ?? null;

const alike = (rule, record) => (other) => field(other, rule.field) === field(record, rule.field);

const BREAKS = new Map([
  ["distinct", (rule, record, taken) => taken.some(alike(rule, record))],
  ["at_most", (rule, record, taken) => taken.filter(alike(rule, record)).length >= rule.n],
  ["equals", (rule, record) => field(record, rule.field) !== rule.value],
]);

const firstBroken = (rules, record, taken) => {
  for (const rule of rules) {
    const breaks = BREAKS.get(rule.kind);
    must(breaks, "constraint", { kind: rule.kind });
    if (breaks(rule, record, taken)) return rule.code;
  }
  return null;
};

// Gives [{leaf, ticket, record}] ascending by ticket, of the candidates that may stand in `stratum`.
const queue = async (pool, seed, stratum, pause) => {
  const ticketOf = tagging("draw-ticket", seed, stratum);
  const waiting = [];
  for (const { leaf, record } of pool) {
    if (record.excluded !== null) continue;
    if (stratum !== "all" && record[stratum] !== true) continue;
    waiting.push({ leaf, record, ticket: hex(ticketOf(unhex(leaf, 32))) });
    if (waiting.length % BATCH === 0) await pause();
  }
  return waiting.sort((left, right) => (left.ticket < right.ticket ? -1 : 1));
};

// Gives {dropped, walk, taken, reserves} as the transcript writes them.
export const walkPool = async (rules, seed, pool, pause) => {
  const queues = [];
  for (const stratum of rules.strata) {
    queues.push({ stratum, waiting: await queue(pool, seed, stratum, pause) });
  }
  const dropped = [];
  for (;;) {
    const held = rules.constraints.filter(({ code }) => !dropped.includes(code));
    const found = walkOnce(rules, held, queues);
    if (found.taken.length >= rules.take || dropped.length === rules.drop_order.length) {
      return { dropped, ...found };
    }
    dropped.push(rules.drop_order[dropped.length]);
  }
};

const walkOnce = ({ take, reserves }, constraints, queues) => {
  const [walk, got, seen] = [[], [], new Set()];
  for (const { stratum, waiting } of queues) {
    for (const { leaf, record, ticket } of waiting) {
      if (got.length === take + reserves) break;
      if (seen.has(leaf)) continue;
      seen.add(leaf);
      const taken = got.slice(0, take).map((one) => one.record);
      const why = firstBroken(constraints, record, taken);
      walk.push({ stratum, leaf, ticket, passed_over: why });
      if (why === null) got.push({ leaf, record });
    }
  }
  const leaves = got.map(({ leaf }) => leaf);
  return { walk, taken: leaves.slice(0, take), reserves: leaves.slice(take) };
};
