// One receipt held against the public record of its round, step by step: platform's signature, place
// in the ledger, row in the freeze, code, the draw computed again, the result's entry. `told` hears
// (step, facts) of each that holds and what `later` leaves for after the deadline; whatever does not
// hold is thrown with its step.

import { codeOf, commitment, hex, loads, recheck, unhex } from "../vendor/check.js";
import { Refused, mustBeSigned } from "../vendor/seal.js";
import { rowOf, standing, unopened } from "./receipt-outcome.js";

const must = (holds, code, facts) => {
  if (!holds) throw new Refused(code, facts);
};

const breathe = () => new Promise((resolve) => setTimeout(resolve));

const isSigned = async ({ receipt }, record) => {
  const key = record.first("published").facts.platform_key;
  must(receipt.kind === "receipt" && receipt.about === record.about, "receipt.unreadable");
  await mustBeSigned(unhex(key, 32), receipt);
};

const isInLedger = async ({ receipt }, { about, tree }) => {
  const { tag, facts } = loads(await tree.entry(receipt.index));
  const content = { about, envelopes: receipt.envelopes };
  const commit = hex(commitment(unhex(receipt.salt, 32), content));
  must(tag === "sealed" && facts.commit === commit, "ledger_entry");
  return { index: receipt.index, size: tree.size };
};

const recomputed = async (transcript, expected, ranking) => {
  let count = 0;
  for await (const { ok, code } of recheck(transcript, { expected, ranking, pause: breathe })) {
    must(ok, "draw", { code });
    count += 1;
  }
  return { count };
};

const decided = async (sent, record, freeze, told) => {
  const { transcript: digest, ranking: ranked } = record.first("decided").facts;
  const bytes = await record.paper("draw", digest);
  if (bytes === null) return unopened(sent, record);
  const transcript = loads(bytes);
  const rankingBytes = ranked && (await record.paper("ranking", ranked));
  const last = rowOf(sent[sent.length - 1].receipt, freeze);
  if (last.left_out) return { kind: "left_out", ground: last.left_out.reason };
  const candidate = transcript.pool.find(
    ({ record: shown }) => shown?.application === last.accepted.application,
  );
  must(candidate, "concealed");
  const code = codeOf(transcript.pool, candidate.leaf).slice(2);
  told("code", { code, count: transcript.pool.length });
  told("draw", await recomputed(bytes, digest, rankingBytes));
  const ranking = rankingBytes && loads(rankingBytes).entries;
  const outcome = standing(candidate, transcript, ranking, record);
  const entry = record.all("revealed").pop() ?? record.first("decided");
  told("result", { index: entry.index, at: entry.at });
  return { ...outcome, code };
};

// Gives {kind, …}; `sent` are the receipts of one voucher in the order of sending, at least one.
export const prove = async (sent, record, told) => {
  const at = async (step, act) => {
    try {
      return await act();
    } catch (error) {
      throw Object.assign(error, { step });
    }
  };
  await at("receipt", () => Promise.all(sent.map((one) => isSigned(one, record))));
  told("receipt", {});
  told("ledger", await at("ledger", async () => {
    let facts;
    for (const one of sent) facts = await isInLedger(one, record);
    return facts;
  }));
  const frozen = record.first("frozen");
  const bytes = frozen && (await at("freeze", () => record.paper("freeze", frozen.facts.sha256)));
  if (!bytes) return unopened(sent, record);
  const freeze = loads(bytes);
  await at("freeze", async () => {
    for (const { receipt } of sent) {
      must(rowOf(receipt, freeze), "concealed", { index: receipt.index });
    }
  });
  told("freeze", { index: frozen.index, count: freeze.accepted.length });
  return at("draw", () => decided(sent, record, freeze, told));
};
