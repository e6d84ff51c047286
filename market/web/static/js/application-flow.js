// The acts of an applicant, without any page: apply or replace, withdraw, follow up. A voucher is
// closed and stored before each act that could be lost half-way, so that the one-time key, without
// which nobody can replace or withdraw, always outlives the act.

import {
  Refused,
  SIZES,
  applicationPayload,
  closeVoucher,
  hex,
  identityPayload,
  identityStatement,
  keyFromSeed,
  mustAdmit,
  mustBeInLedger,
  mustBeReceipt,
  newKey,
  newLock,
  openVoucher,
  seal,
  unhex,
  withdrawal,
} from "../vendor/seal.js";
import { certificateDer, signDetached, standsFor } from "../vendor/sign.js";
import { now, set as setClock } from "./clock.js";
import { ServerRefusal, getJson, postJson } from "./request.js";
import { dropVoucher, storeVoucher } from "./voucher-store.js";

const refuse = (code, facts) => {
  throw new Refused(code, facts);
};

// The terms as the server publishes them, with its clock; sizes must be the protocol's.
export const fetchTerms = async (base) => {
  const terms = await getJson(`${base}/terms`);
  for (const { kind, bytes } of terms.sizes) if (SIZES[kind] !== bytes) refuse("terms.sizes");
  setClock(Date.parse(terms.now_at));
  return { ...terms, now: () => new Date(now()) };
};

// `lock` is what `newLock` made of the certificate's password.
export const newVoucher = async (about, agency, lock) => {
  const { seed } = await newKey();
  const content = { v: 1, about, agency, author: hex(seed), admission: null, seq: 0, sent: [] };
  return { content, lock, fresh: true };
};

export const unlockVoucher = async (text, password, { about, agency }) => {
  const voucher = await openVoucher(text, password);
  if (voucher.content.about !== about) refuse("voucher.other_round");
  if (voucher.content.agency !== agency) refuse("voucher.other_agency");
  return voucher;
};

export const closed = ({ content, lock }) => closeVoucher(lock, content);

const keep = async (voucher) =>
  storeVoucher(voucher.content.about, voucher.content.agency, await closed(voucher));

// Asks for the admission of the voucher's key, unless it has one.
export const ask = async ({ base, terms, voucher }) => {
  const author = await keyFromSeed(unhex(voucher.content.author, 32));
  await keep(voucher);
  voucher.content.admission ??= await admitted(base, terms, voucher, author);
  voucher.fresh = false;
  await keep(voucher);
  return author;
};

// Applies, or replaces what was sent before; `certificate` is what the certificate field opened,
// `fields` what the way asks for, `further` what it seals beside application and identity, by kind;
// `told` hears the name of each step as it begins. Gives the receipt.
export const apply = async ({ base, terms, voucher, certificate, fields, further, told }) => {
  const { content } = voucher;
  told("admission");
  const author = await ask({ base, terms, voucher });
  const { admission, agency, salt } = content.admission;
  if (!standsFor(certificate.holder, agency)) refuse("p12.other_agency", { name: agency.name });
  told("sign");
  const application = applicationPayload(admission, fields);
  const names = { about: terms.about, author: hex(author.publicKey), application, agency };
  const statement = identityStatement(names);
  const cms = await signDetached(certificate, new TextEncoder().encode(statement), terms.now());
  const own = certificateDer(certificate.certificate);
  const identity = identityPayload({ agency, salt, certificate: own, statement, cms });
  told("seal");
  content.seq += 1;
  const body = {};
  const hashes = [];
  for (const [kind, payload] of Object.entries({ application, identity, ...further })) {
    const { text, sha256 } = await seal({ kind, payload, terms, author, seq: content.seq });
    body[kind] = text;
    hashes.push(sha256);
  }
  await keep(voucher);
  told("upload");
  const send = () => acknowledged(`${base}/envelopes`, body, terms, hashes);
  const receipt = await send().catch(async (error) => {
    // The same agency has signed in elsewhere since, and asked with another key.
    if (error.key !== "selection.key_not_admitted" || content.sent.length) throw error;
    await admitted(base, terms, voucher, author);
    return send();
  });
  content.sent.push({ seq: content.seq, kind: "application", receipt });
  await keep(voucher);
  return receipt;
};

// A new key that was refused leaves nothing behind: nobody will ever know it.
const admitted = async (base, terms, { content, fresh }, author) => {
  const body = { author: hex(author.publicKey) };
  try {
    const given = await postJson(`${base}/admission`, body);
    if (given.agency.code !== content.agency) refuse("admission");
    const expected = { about: terms.about, author: body.author, platformKey: terms.platform_key };
    await mustAdmit(given, expected);
    return { admission: given.admission, salt: given.salt, agency: given.agency };
  } catch (error) {
    if (fresh && error instanceof ServerRefusal) await dropVoucher(content.about, content.agency);
    throw error;
  }
};

// What is not acknowledged may have arrived all the same: while the page is open the same bytes go
// again under the same key and the answer is the same receipt; after that a higher number replaces.
const acknowledged = async (url, body, terms, envelopes) => {
  const receipt = await postJson(url, body, { session: false });
  await mustBeReceipt(receipt, { about: terms.about, envelopes, platformKey: terms.platform_key });
  return receipt;
};

export const withdraw = async ({ base, terms, voucher }) => {
  const { content } = voucher;
  const author = await keyFromSeed(unhex(content.author, 32));
  const { notice, sha256 } = await withdrawal(author, terms.about, content.seq);
  const receipt = await acknowledged(`${base}/withdrawals`, notice, terms, [sha256]);
  content.sent.push({ seq: content.seq, kind: "withdrawal", receipt });
  await keep(voucher);
  return receipt;
};

// What has become of a receipt: {trustees: [{trustee, ok: true|false|null}], size: n|null}, where
// size is that of the tree in which the entry was found, once there is a checkpoint over it.
export const lookUp = async ({ base, terms, receipt }) => {
  const found = await Promise.all(
    receipt.envelopes.map((sha256) => getJson(`${base}/envelopes/${sha256}`, { session: false })),
  );
  const trustees = terms.trustees.map(({ id }) => ({
    trustee: id,
    ok: verdict(found.map(({ reports }) => reports.find(({ trustee }) => trustee === id)?.ok)),
  }));
  const proven = found.find(({ checkpoint, proof }) => checkpoint && proof);
  const size = proven ? await mustBeInLedger(receipt, proven, terms.log ?? null) : null;
  return { trustees, size };
};

const verdict = (answers) =>
  answers.includes(false) ? false : answers.every((ok) => ok === true) ? true : null;
