// Ed25519 keys and signatures (RFC 8032). WebCrypto where the browser has the algorithm,
// @noble/curves where it has not; both give the same bytes. Seeds are 32 bytes.

import { ed25519 } from "@noble/curves/ed25519.js";

import { concat, random, unhex } from "./bytes.js";

const ALGORITHM = "Ed25519";
const PKCS8 = unhex("302e020100300506032b657004220420");

export const newKey = () => keyFromSeed(random(32));

export const keyFromSeed = async (seed) => {
  const native = await attempt(() =>
    crypto.subtle.importKey("pkcs8", concat(PKCS8, seed), ALGORITHM, false, ["sign"]),
  );
  return {
    seed,
    publicKey: ed25519.getPublicKey(seed),
    sign: async (message) =>
      native
        ? new Uint8Array(await crypto.subtle.sign(ALGORITHM, native, message))
        : ed25519.sign(message, seed),
  };
};

export const verify = async (publicKey, signature, message) => {
  const native = await attempt(() =>
    crypto.subtle.importKey("raw", publicKey, ALGORITHM, false, ["verify"]),
  );
  if (native) return crypto.subtle.verify(ALGORITHM, native, signature, message);
  return Boolean(await attempt(() => ed25519.verify(signature, message, publicKey)));
};

// Null where the browser does not know the algorithm, has no WebCrypto, or the bytes are no key.
const attempt = async (act) => {
  try {
    return await act();
  } catch {
    return null;
  }
};
