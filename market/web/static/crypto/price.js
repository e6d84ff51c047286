// A price as people type it, to integer fen, exactly: no floats, nothing rounded, nothing guessed.
// Full-width digits and grouping commas are read; exponents, signs and loose commas are refused
// with a code of their own, because a wrong unit or a slipped digit cannot be taken back later.

import { Refused, must } from "./refused.js";

// How many decimals turn one unit into fen.
export const UNITS = { yuan: 2, wan: 6 };

const WIDE = /[\uff10-\uff19\uff0c\uff0e\uff0d\uff0b]/g;
const narrow = (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0);
const NUMBER = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/;
const NEGATIVE = /^[-\u2212\u2013\ufe63]/;
// 1,000 亿元, the market's own bound.
const LARGEST = 10n ** 13n;

// Gives fen as a safe integer; `ceiling` (fen or null) is the control price.
export const parsePrice = (typed, unit, ceiling = null) => {
  const text = typed.trim().replace(WIDE, narrow);
  must(text !== "", "price.empty");
  must(!NEGATIVE.test(text), "price.negative");
  const match = NUMBER.exec(text);
  must(match, "price.not_a_number");
  const whole = match[1].replaceAll(",", "");
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  const places = UNITS[unit];
  must(fraction.length <= places, "price.finer_than_fen", { places });
  const fen = BigInt(whole + fraction.padEnd(places, "0"));
  must(fen > 0n, "price.zero");
  if (ceiling !== null && fen > BigInt(ceiling)) {
    throw new Refused("price.over_control_price", { limit: formatYuan(ceiling) });
  }
  must(fen <= LARGEST, "price.too_large");
  return Number(fen);
};

export const formatYuan = (fen) => decimal(fen, UNITS.yuan, UNITS.yuan);
export const formatWan = (fen) => decimal(fen, UNITS.wan, 2);

const decimal = (fen, places, fewest) => {
  const digits = String(fen).padStart(places + 1, "0");
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = digits.slice(-places).replace(/0+$/, "").padEnd(fewest, "0");
  return fraction ? `${whole}.${fraction}` : whole;
};
