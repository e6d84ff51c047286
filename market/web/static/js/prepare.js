// At sign-in an agency's browser asks for admission to every round that the agency could apply for,
// so that asking tells nobody which of them it means (PROTOCOL.md §5.1). Each one-time key goes into
// a voucher, closed with the certificate's password; the page of the round finds it there.

import { newLock } from "../vendor/seal.js";
import { ask, fetchTerms, newVoucher } from "./application-flow.js";
import { ServerRefusal, getJson } from "./request.js";
import { storedVoucher } from "./voucher-store.js";

const prepared = async ({ about, base }, agency, lock) => {
  if (await storedVoucher(about, agency)) return;
  const voucher = await newVoucher(about, agency, lock);
  try {
    await ask({ base, terms: await fetchTerms(base), voucher });
  } catch (error) {
    // Closed meanwhile, or applied for from another machine: the others go on.
    if (!(error instanceof ServerRefusal)) throw error;
  }
};

export const prepare = async (password) => {
  let lock;
  for (let page = "/api/my/rounds"; page; ) {
    const { agency, rounds, next } = await getJson(page);
    if (rounds.length > 0) lock ??= await newLock(password);
    for (const round of rounds) await prepared(round, agency, lock);
    page = next;
  }
};
