// One HPKE seal (RFC 9180, base mode): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// The key agreement runs in WebCrypto where it knows X25519, else in JavaScript.

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 as ScriptedX25519 } from "@hpke/dhkem-x25519";

import { concat } from "./bytes.js";

const knowsX25519 = async () => {
  try {
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    return true;
  } catch {
    return false;
  }
};

let suite;

const chosenSuite = async () => {
  const kem = (await knowsX25519()) ? new DhkemX25519HkdfSha256() : new ScriptedX25519();
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
};

// Gives enc‖ct for the 32-byte public key.
export const sealTo = async (publicKey, info, plain) => {
  suite ??= chosenSuite();
  const ready = await suite;
  const recipientPublicKey = await ready.kem.deserializePublicKey(publicKey);
  const { enc, ct } = await ready.seal({ recipientPublicKey, info }, plain);
  return concat(new Uint8Array(enc), new Uint8Array(ct));
};
