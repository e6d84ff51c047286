// The voucher: what lets an applicant replace or withdraw, and nothing that tells a price.
// It holds the round's one-time key, the admission, the last number used and the receipts, under
// the certificate's password: PBKDF2-SHA-256 and AES-256-GCM. The same text is kept by the browser
// and given as a file; whoever finds either without the password learns the round and no more.

import { b64, fromUtf8, hex, random, unb64, unhex, utf8 } from "./bytes.js";
import { dumps, loads } from "./canonical.js";
import { Refused, must } from "./refused.js";

export const ROUNDS = 600_000;

// Stretches a password once; the result closes every later state of the voucher.
export const newLock = (password) => lockFrom(password, random(16), ROUNDS);

const lockFrom = async (password, salt, rounds) => {
  const typed = utf8(password.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  const kind = { name: "AES-GCM", length: 256 };
  const key = await crypto.subtle.deriveKey(how, base, kind, false, ["encrypt", "decrypt"]);
  return { key, head: { v: 1, kind: "voucher", kdf: "pbkdf2-sha256", rounds, salt: hex(salt) } };
};

const gcm = (head, nonce) => ({ name: "AES-GCM", iv: nonce, additionalData: dumps(head) });

export const closeVoucher = async ({ key, head }, content) => {
  const nonce = random(12);
  const sealed = await crypto.subtle.encrypt(gcm(head, nonce), key, dumps(content));
  return fromUtf8(
    dumps({ ...head, nonce: hex(nonce), ciphertext_b64: b64(new Uint8Array(sealed)) }),
  );
};

// Gives {content, lock}. The number of rounds is the file's own, within reason: a file from
// elsewhere must neither weaken the lock nor stop the browser.
export const openVoucher = async (text, password) => {
  const { nonce, ciphertext_b64: sealed, ...head } = readHead(text);
  const lock = await lockFrom(password, unhex(head.salt, 16), head.rounds);
  const how = gcm(lock.head, unhex(nonce, 12));
  try {
    const plain = await crypto.subtle.decrypt(how, lock.key, unb64(sealed));
    return { content: loads(new Uint8Array(plain)), lock };
  } catch {
    throw new Refused("voucher.password");
  }
};

const readHead = (text) => {
  let body;
  try {
    body = loads(utf8(text.trim()));
  } catch {
    throw new Refused("voucher.unreadable");
  }
  must(body?.v === 1 && body.kind === "voucher", "voucher.unreadable");
  must(body.kdf === "pbkdf2-sha256", "voucher.unreadable");
  must(body.rounds >= ROUNDS && body.rounds <= 10 * ROUNDS, "voucher.unreadable");
  return body;
};
