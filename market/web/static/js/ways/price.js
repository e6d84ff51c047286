// By sealed price: read from its field, shown in yuan, in wan and in words, kept nowhere else.

import { formatWan, formatYuan, parsePrice } from "../../vendor/seal.js";
import { amountInWords } from "../amount-in-words.js";
import { atField, put } from "../panel.js";

// What is hardly meant: the wrong unit is ten thousand times off, a slip of a digit ten times.
const LOW = 20; // less than one part in so many of the control price
const FEW = 100_000; // fen, where there is no control price
const MANY = 10_000_000_000;

const unitOf = (root) => root.querySelector("[name=price_unit]:checked").value;

const doubtOf = (unit, fen, limit) => {
  const facts = { yuan: formatYuan(fen), wan: formatWan(fen) };
  const low = limit === null ? fen < FEW : fen * LOW < limit;
  const inWan = unit === "yuan" && (limit === null || fen * 10_000 <= limit);
  if (low && inWan) return { key: "price.doubt_wan", facts };
  if (low && limit !== null) return { key: "price.doubt_low", facts };
  if (unit === "wan" && limit === null && fen >= MANY) {
    return { key: "price.doubt_yuan", facts };
  }
  return null;
};

export const price = {
  read: (root, terms) => {
    try {
      const typed = root.querySelector("#price").value;
      return { price_fen: parsePrice(typed, unitOf(root), terms.control_price_fen) };
    } catch (error) {
      throw atField("price", error);
    }
  },
  further: () => ({}),
  show: (root, say, place, fields) => {
    const fen = fields?.price_fen ?? null;
    const told = { yuan: formatYuan(fen ?? 0), wan: formatWan(fen ?? 0) };
    put(root, place, fen === null ? "" : say("price.readback", told));
    put(root, `${place}-words`, fen === null ? "" : amountInWords(fen));
  },
  // What should be looked at twice before it is sealed: {key, facts} of a sentence, or null.
  doubt: (root, terms, { price_fen: fen }) => doubtOf(unitOf(root), fen, terms.control_price_fen),
  forget: (root) => {
    for (const place of ["readback", "review-price"]) {
      put(root, place, "");
      put(root, `${place}-words`, "");
    }
  },
};
