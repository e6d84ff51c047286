// Saved receipts, of this version and of earlier ones: the closed voucher of a browser, the open one
// that `mingxuan seal` writes, a receipt alone. Each is read into {about, sent, text}: `sent` are
// {kind, receipt} in the order of sending, `text` is what was saved.

import { Refused, dumps, openVoucher } from "../vendor/seal.js";

const LARGEST = 1_000_000;
const ROUND = /^round:([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)\/([1-9][0-9]{0,3})$/;

// Gives [project code, attempt] of a round's name.
export const roundOf = (about) => {
  const named = ROUND.exec(about ?? "");
  if (!named) throw new Refused("receipt.unreadable");
  return named.slice(1);
};

export const textOf = async (file) => {
  if (file.size > LARGEST) {
    throw new Refused("receipt.too_large", { size: (file.size / 1_000_000).toFixed(1) });
  }
  return file.text();
};

const parsed = (text) => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Refused("receipt.unreadable");
  }
};

export const isClosed = (text) => parsed(text).kind === "voucher";

const kindOf = ({ envelopes }) => (envelopes?.length === 1 ? "withdrawal" : "application");

const checked = (about, sent, text) => {
  roundOf(about);
  const whole = sent.every(({ receipt }) => receipt?.about === about && receipt.envelopes?.length);
  if (!whole) throw new Refused("receipt.unreadable");
  return { about, sent, text };
};

// A file that anybody can read. What it holds is believed no more than anything else in a file:
// the proof holds it against the ledger.
const openText = (text) => {
  const body = parsed(text);
  if (body.kind === "receipt") {
    return checked(body.about, [{ kind: kindOf(body), receipt: body }], text);
  }
  const receipts = body.receipts ?? [];
  if (typeof body.key !== "string" || !Array.isArray(receipts)) {
    throw new Refused("receipt.unreadable");
  }
  const about = body.admission?.about ?? receipts[0]?.about;
  return checked(about, receipts.map((receipt) => ({ kind: kindOf(receipt), receipt })), text);
};

const unb64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));

// The password is stretched once for all vouchers that were closed by the same stretching.
const openUnder = async (lock, text) => {
  const { nonce, ciphertext_b64: sealed, ...head } = parsed(text);
  if (!lock || head.salt !== lock.head.salt || head.rounds !== lock.head.rounds) return null;
  const how = { name: "AES-GCM", iv: unhex(nonce), additionalData: dumps(lock.head) };
  const plain = await crypto.subtle.decrypt(how, lock.key, unb64(sealed)).catch(() => null);
  return plain && JSON.parse(new TextDecoder().decode(plain));
};

const read = ({ about, sent }, text) => checked(about, sent, text);

export const opened = async (text, password) =>
  isClosed(text) ? read((await openVoucher(text, password)).content, text) : openText(text);

// Gives {vouchers, shut}: those that this password opens, and how many it does not.
export const openedAll = async (texts, password) => {
  const vouchers = [];
  let shut = 0;
  let lock = null;
  for (const text of texts) {
    const content = await openUnder(lock, text);
    if (content) {
      vouchers.push(read(content, text));
      continue;
    }
    try {
      const fresh = await openVoucher(text, password);
      lock = fresh.lock;
      vouchers.push(read(fresh.content, text));
    } catch (error) {
      if (error.code !== "voucher.password") throw error;
      shut += 1;
    }
  }
  return { vouchers, shut };
};
