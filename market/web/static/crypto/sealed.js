// Sealed envelopes (PROTOCOL.md §4): only k trustees together can open one, after the hour.
// The payload is padded to a fixed size, encrypted under a fresh key, and that key is split among
// the trustees. What is sealed here is opened once more before it leaves, so that a browser with a
// broken library tells its user and not the opening weeks later.

import { b64, concat, hex, random, same, unb64, unhex } from "./bytes.js";
import { dumps } from "./canonical.js";
import { tagged, sha256 } from "./hashing.js";
import { sealTo } from "./hpke.js";
import { Refused, must } from "./refused.js";
import { split, valueAt } from "./shamir.js";

export const SUITE = "x25519-sha256-aes256gcm";
export const SIZES = { application: 16384, identity: 32768, escrow: 32768, draw_secret: 4096 };

// Seals `payload` for `terms` {about, k, trustees:[{id,key}], opens_at} in the name of the
// Ed25519 key `author`. Gives the envelope's canonical text and its SHA-256 in hex.
export const seal = async ({ kind, payload, terms, author, seq }) => {
  const dek = random(32);
  const salt = random(32);
  const shares = split(dek, terms.k, terms.trustees.length);
  const head = {
    v: 1,
    suite: SUITE,
    kind,
    about: terms.about,
    author: hex(author.publicKey),
    seq,
    k: terms.k,
    trustees: terms.trustees.map(({ id, key }) => ({ id, key })),
    opens_at: terms.opens_at,
    salt: hex(salt),
    key_commit: hex(tagged("key-commit", salt, dek)),
    share_hashes: shares.map((share, at) => hex(tagged("share", salt, at + 1, share))),
    nonce: hex(random(12)),
  };
  const info = dumps(head);
  const boxes = await Promise.all(
    terms.trustees.map(({ key }, at) =>
      sealTo(unhex(key, 32), info, concat(Uint8Array.of(at + 1), shares[at])),
    ),
  );
  const plain = padded(kind, payload);
  const body = {
    ...head,
    boxes_b64: boxes.map(b64),
    ciphertext_b64: b64(await aes("encrypt", dek, head, plain)),
  };
  const envelope = { ...body, signature_b64: b64(await author.sign(dumps(body))) };
  const last = new Map(shares.map((share, at) => [at + 1, share]).slice(-terms.k));
  must(same(await decrypt(envelope, recover(envelope, last)), payload), "self_check");
  const bytes = dumps(envelope);
  return { text: new TextDecoder().decode(bytes), sha256: hex(sha256(bytes)) };
};

// Joins shares (a Map from x to bytes) into the key. Every share, given or interpolated, must fit
// its hash, so that the answer is the same whichever trustees gave theirs.
export const recover = (envelope, shares) => {
  const salt = unhex(envelope.salt, 32);
  must(shares.size >= envelope.k, "too_few_shares");
  envelope.share_hashes.forEach((expected, at) => {
    const found = tagged("share", salt, at + 1, valueAt(shares, at + 1));
    must(hex(found) === expected, "unreadable", { share: at + 1 });
  });
  const dek = valueAt(shares, 0);
  must(hex(tagged("key-commit", salt, dek)) === envelope.key_commit, "unreadable");
  return dek;
};

export const decrypt = async (envelope, dek) => {
  const { boxes_b64: _boxes, ciphertext_b64: sealed, signature_b64: _signature, ...head } = envelope;
  let plain;
  try {
    plain = await aes("decrypt", dek, head, unb64(sealed));
  } catch {
    throw new Refused("unreadable");
  }
  must(plain.length === SIZES[envelope.kind], "unreadable");
  const size = new DataView(plain.buffer).getUint32(0);
  must(size <= plain.length - 4, "unreadable");
  must(plain.subarray(4 + size).every((byte) => byte === 0), "unreadable");
  return plain.subarray(4, 4 + size);
};

const aes = async (direction, dek, head, bytes) => {
  const key = await crypto.subtle.importKey("raw", dek, "AES-GCM", false, [direction]);
  const how = { name: "AES-GCM", iv: unhex(head.nonce, 12), additionalData: dumps(head) };
  return new Uint8Array(await crypto.subtle[direction](how, key, bytes));
};

const padded = (kind, payload) => {
  must(payload.length <= SIZES[kind] - 4, "too_large", { kind, bytes: payload.length });
  const plain = new Uint8Array(SIZES[kind]);
  new DataView(plain.buffer).setUint32(0, payload.length);
  plain.set(payload, 4);
  return plain;
};
