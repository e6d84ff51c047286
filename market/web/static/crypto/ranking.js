// The ranking of a price round (PROTOCOL.md §6.8): price, then a ticket of its own kind. Everybody
// with a valid price is in it; whoever is not at the lowest price cannot have been drawn.

import { hex, same, unhex } from "./bytes.js";
import { dumps, loads } from "./canonical.js";
import { tagging } from "./hashing.js";
import { must } from "./refused.js";
import { aboutOf } from "./rules.js";

const NOT_BEST = "NOT_BEST";

const best = (left, right) =>
  left.price_fen - right.price_fen || (left.ticket < right.ticket ? -1 : 1);

// Checks the ranking's stored bytes against a transcript; gives {count}.
export const mustRank = (bytes, { rules, seed, pool }) => {
  const { v, about, entries } = loads(bytes);
  must(v === 1 && about === aboutOf(rules), "ranking_about");
  const priced = pool.filter(({ record }) => [null, NOT_BEST].includes(record.excluded));
  const prices = new Map(entries.map(({ leaf, price_fen: price }) => [leaf, price]));
  must(prices.size === entries.length && prices.size === priced.length, "ranking_names");
  must(priced.every(({ leaf }) => prices.get(leaf) > 0), "ranking_names");
  const ticketOf = tagging("draw-ticket", unhex(seed, 32), "rank");
  const ranked = priced.map(({ leaf }) => ({
    leaf,
    price_fen: prices.get(leaf),
    ticket: hex(ticketOf(unhex(leaf, 32))),
  }));
  must(same(dumps(ranked.sort(best)), dumps(entries)), "ranking_order");
  const lowest = ranked[0]?.price_fen;
  for (const { leaf, record } of priced) {
    must((record.excluded === null) === (prices.get(leaf) === lowest), "ranking_best", { leaf });
  }
  return { count: entries.length };
};
