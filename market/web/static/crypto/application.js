// What an applicant seals and keeps: admission, the two payloads, withdrawal, receipt, proof
// (PROTOCOL.md §3, §5). The application tells the price and nobody's name; the identity tells the
// name and is opened only for who is chosen; the statement in it binds the two together.

import { b64, fromUtf8, hex, random, unhex, utf8 } from "./bytes.js";
import { dumps, loads } from "./canonical.js";
import { commitment, sha256 } from "./hashing.js";
import { isIncluded, leafHash } from "./merkle.js";
import { parseNote, readCheckpoint } from "./note.js";
import { must } from "./refused.js";
import { mustBeSigned, signed } from "./small.js";

// The platform admits the one-time key; the commitment must be to this agency and no other.
export const mustAdmit = async ({ admission, salt, agency }, { about, author, platformKey }) => {
  must(admission.v === 1 && admission.kind === "admission", "admission");
  must(admission.about === about && admission.author === author, "admission");
  const commit = hex(commitment(unhex(salt, 32), { agency: agency.code }));
  must(admission.agency_commit === commit, "admission");
  if (platformKey) await mustBeSigned(unhex(platformKey, 32), admission);
};

// `fields` are what the way of the round asks for beside these: a price, or nothing.
export const applicationPayload = (admission, fields) =>
  dumps({ ...fields, v: 1, draw_nonce: hex(random(32)), admission });

export const identityStatement = ({ about, author, application, agency }) =>
  fromUtf8(
    dumps({
      v: 1,
      kind: "application_identity",
      about,
      author,
      application: hex(sha256(application)),
      agency: agency.code,
    }),
  );

export const identityPayload = ({ agency, salt, certificate, statement, cms }) =>
  dumps({
    v: 1,
    agency: { code: agency.code, name: agency.name, credit_code: agency.credit_code },
    salt,
    certificate_b64: b64(certificate),
    statement,
    cms_b64: b64(cms),
  });

// Gives {notice, sha256}; the receipt will speak of the hash.
export const withdrawal = async (author, about, seq) => {
  const body = { v: 1, kind: "withdrawal", about, author: hex(author.publicKey), seq };
  const notice = await signed(author, body);
  return { notice, sha256: hex(sha256(dumps(notice))) };
};

// The receipt must speak of exactly what was sent; `platformKey` is null where it is not known.
export const mustBeReceipt = async (receipt, { about, envelopes, platformKey }) => {
  must(receipt.v === 1 && receipt.kind === "receipt" && receipt.about === about, "receipt");
  const listed = [...receipt.envelopes].sort();
  must(listed.join() === [...envelopes].sort().join(), "receipt");
  must(Number.isSafeInteger(receipt.index) && receipt.index >= 0, "receipt");
  unhex(receipt.salt, 32);
  if (platformKey) await mustBeSigned(unhex(platformKey, 32), receipt);
};

// Checks that the blind entry of this receipt stands in the ledger under the given checkpoint;
// `log` {name, key} is null where the ledger's key is not known. Gives the tree's size.
export const mustBeInLedger = async (receipt, { entry, proof, checkpoint }, log) => {
  const bytes = utf8(entry);
  const { tag, facts } = loads(bytes);
  const content = { about: receipt.about, envelopes: receipt.envelopes };
  const commit = hex(commitment(unhex(receipt.salt, 32), content));
  must(tag === "sealed" && facts.commit === commit, "ledger_entry");
  const { size, root } = log
    ? await readCheckpoint(checkpoint, log.name, unhex(log.key, 32))
    : parseNote(checkpoint);
  const path = proof.map((hash) => unhex(hash, 32));
  must(isIncluded(leafHash(bytes), receipt.index, size, path, root), "ledger_proof");
  return size;
};
