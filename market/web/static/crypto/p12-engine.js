// What pkijs asks a browser for while it opens a PKCS#12 file, and what browsers lack: the key
// derivation of RFC 7292 appendix B, and 3DES and RC2, with which tools wrote files until lately.
// One engine opens one file. Its derivations let the page breathe, and have an end: whoever wrote
// the file chose how many rounds they take.

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import des from "des.js";
import { CryptoEngine, PBES2Params, PBKDF2Params } from "pkijs";

import { concat, same, utf8 } from "./bytes.js";
import { Refused, must } from "./refused.js";
import { rc2 } from "./rc2.js";

const HASHES = { "SHA-1": sha1, "SHA-256": sha256, "SHA-384": sha384, "SHA-512": sha512 };
const KEY = 1;
const IV = 2;
const MAC = 3;
const BLOCK = 8;

// All hashes of one file together: about ten seconds. NSS asks for four million with 3DES.
const MOST = 6_000_000;
const AT_ONCE = 20_000;

const TripleDes = des.CBC.instantiate(des.EDE);
const tripleDes = (key, iv, data) => {
  must(data.length % BLOCK === 0, "p12.not_pkcs12");
  const cipher = TripleDes.create({ type: "decrypt", key, iv, padding: false });
  return Uint8Array.from([...cipher.update(data), ...cipher.final()]);
};
const twoKeys = (key, iv, data) => tripleDes(concat(key, key.subarray(0, 8)), iv, data);

// Key bytes and cipher by the identifiers of RFC 7292 appendix C. RC4 is not among them.
const OF_PKCS12 = {
  "1.2.840.113549.1.12.1.3": [24, tripleDes],
  "1.2.840.113549.1.12.1.4": [16, twoKeys],
  "1.2.840.113549.1.12.1.5": [16, rc2],
  "1.2.840.113549.1.12.1.6": [5, rc2],
};
const PBES2 = "1.2.840.113549.1.5.13";
const PBES2_TRIPLE_DES = "1.2.840.113549.3.7";

const bytesOf = ({ valueBlock }) => new Uint8Array(valueBlock.valueHexView);

// UTF-16 and a zero, as the appendix says; an empty one is left out by some.
const spellings = (password) => {
  const units = Array.from(password, (_, at) => password.charCodeAt(at));
  const spelt = Uint8Array.from([...units, 0].flatMap(pair));
  return password ? [spelt] : [spelt, new Uint8Array(0)];
};
const pair = (unit) => [unit >> 8, unit & 255];

const repeated = (bytes, block) =>
  Uint8Array.from(
    { length: block * Math.ceil(bytes.length / block) },
    (_, at) => bytes[at % bytes.length],
  );

// Adds the repeated digest and one to every block, each a number of its own.
const added = (blocks, digest, size) => {
  for (let ends = size; ends <= blocks.length; ends += size) {
    let carry = 1;
    for (let at = 1; at <= size; at++) {
      carry += blocks[ends - at] + digest[(size - at) % digest.length];
      blocks[ends - at] = carry;
      carry >>= 8;
    }
  }
};

const unpadded = (plain) => {
  const size = plain.at(-1);
  const fits = size >= 1 && size <= BLOCK && plain.subarray(-size).every((byte) => byte === size);
  must(fits, "p12.not_pkcs12");
  return plain.slice(0, -size).buffer;
};

export class P12Engine extends CryptoEngine {
  #password;
  #spelt;
  #left = MOST;

  constructor(password) {
    super({ name: "p12", crypto: globalThis.crypto });
    this.#password = password;
  }

  // The check that comes first; the spelling of the password that it finds opens the rest.
  async verifyDataStampedWithPassword({
    hashAlgorithm,
    salt,
    iterationCount,
    contentToVerify,
    signatureToVerify,
  }) {
    const hash = HASHES[hashAlgorithm];
    for (const spelt of spellings(this.#password)) {
      const key = await this.#derived(hash, MAC, spelt, salt, iterationCount, hash.outputLen);
      this.#spelt = spelt;
      const stamp = hmac(hash, key, new Uint8Array(contentToVerify));
      if (same(stamp, new Uint8Array(signatureToVerify))) return true;
    }
    return false;
  }

  async decryptEncryptedContentInfo({ encryptedContentInfo: info }) {
    const { algorithmId, algorithmParams } = info.contentEncryptionAlgorithm;
    if (algorithmId in OF_PKCS12) {
      const [size, cipher] = OF_PKCS12[algorithmId];
      const [salt, rounds] = algorithmParams.valueBlock.value;
      const asked = [this.#spelt, bytesOf(salt), rounds.valueBlock.valueDec];
      const key = await this.#derived(sha1, KEY, ...asked, size);
      const iv = await this.#derived(sha1, IV, ...asked, BLOCK);
      return unpadded(cipher(key, iv, new Uint8Array(info.getEncryptedContent())));
    }
    if (algorithmId === PBES2) return this.#pbes2(info, algorithmParams);
    throw new Refused("p12.cipher", { algorithm: algorithmId });
  }

  async #pbes2(info, schema) {
    const { keyDerivationFunc, encryptionScheme: scheme } = new PBES2Params({ schema });
    const asked = new PBKDF2Params({ schema: keyDerivationFunc.algorithmParams });
    this.#spend(asked.iterationCount);
    const password = utf8(this.#password);
    if (scheme.algorithmId !== PBES2_TRIPLE_DES) {
      return super.decryptEncryptedContentInfo({ password, encryptedContentInfo: info });
    }
    const prf = asked.prf ? this.getAlgorithmByOID(asked.prf.algorithmId, true).hash.name : "SHA-1";
    const derivation = {
      name: "PBKDF2",
      hash: prf,
      salt: bytesOf(asked.salt),
      iterations: asked.iterationCount,
    };
    const secret = await this.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const key = new Uint8Array(await this.subtle.deriveBits(derivation, secret, 192));
    const iv = bytesOf(scheme.algorithmParams);
    return unpadded(tripleDes(key, iv, new Uint8Array(info.getEncryptedContent())));
  }

  // RFC 7292 B.2.
  async #derived(hash, purpose, password, salt, rounds, size) {
    const block = hash.blockLen;
    const made = [];
    const input = concat(repeated(new Uint8Array(salt), block), repeated(password, block));
    for (let got = 0; got < size; got += hash.outputLen) {
      this.#spend(rounds);
      let digest = hash(concat(new Uint8Array(block).fill(purpose), input));
      for (let round = 1; round < rounds; round++) {
        digest = hash(digest);
        if (round % AT_ONCE === 0) await new Promise((go) => setTimeout(go));
      }
      made.push(digest);
      added(input, digest, block);
    }
    return concat(...made).slice(0, size);
  }

  // asn1js reads a number of more than three bytes as 0.
  #spend(rounds) {
    this.#left -= rounds;
    must(rounds > 0 && this.#left >= 0, "p12.rounds");
  }
}
