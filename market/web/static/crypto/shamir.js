// Shamir's secret sharing over GF(2^8), byte by byte, polynomial 0x11b, shares at x = 1…n and the
// secret at x = 0 (PROTOCOL.md §4). Multiplying is shifting: no tables, nothing to time.

import { random } from "./bytes.js";
import { must } from "./refused.js";

const times = (left, right) => {
  let product = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= left & -((right >> bit) & 1);
    left = (left << 1) ^ (0x11b & -(left >> 7));
  }
  return product;
};

// a^254 is 1/a in a field of 256 elements.
const inverse = (element) => {
  let power = 1;
  for (let turn = 0; turn < 254; turn += 1) power = times(power, element);
  return power;
};

export const split = (secret, k, n) => {
  must(k >= 1 && k <= n && n <= 255, "shares");
  const terms = [secret];
  while (terms.length < k) terms.push(random(secret.length));
  return Array.from({ length: n }, (_, at) => polynomialAt(terms, at + 1));
};

const polynomialAt = (terms, x) =>
  terms[0].map((_, byte) => terms.reduceRight((sum, term) => times(sum, x) ^ term[byte], 0));

// Value at x of the polynomial through all of `shares`, a Map from place to bytes.
export const valueAt = (shares, x) => {
  const places = [...shares.keys()];
  const value = new Uint8Array(shares.get(places[0]).length);
  for (const [place, share] of shares) {
    const weight = places
      .filter((other) => other !== place)
      .reduce((product, other) => times(product, times(x ^ other, inverse(place ^ other))), 1);
    share.forEach((byte, at) => (value[at] ^= times(byte, weight)));
  }
  return value;
};
