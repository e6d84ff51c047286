// A PKCS#12 file and its password to a signing key that scripts cannot export (RFC 7292).
// The key lives in this page's memory only and is gone with it; neither file nor password is kept.
// What cannot be used is called what it is: RSA below 2048 bits, SM2, RC4, no protection at all.

import { fromBER } from "asn1js";
import { AuthenticatedSafe, CertBag, PFX, PrivateKeyInfo } from "pkijs";

import { random } from "./bytes.js";
import { P12Engine } from "./p12-engine.js";
import { Refused, must } from "./refused.js";

const SHROUDED_KEY = "1.2.840.113549.1.12.10.1.2";
const PLAIN_KEY = "1.2.840.113549.1.12.10.1.1";
const CERTIFICATE = "1.2.840.113549.1.12.10.1.3";
const EC = "1.2.840.10045.2.1";
const RSA = "1.2.840.113549.1.1.1";
const P256 = "1.2.840.10045.3.1.7";
const SHORTEST_RSA = 2048;

// SM2, SM3 and SM4 are below it (GM/T 0006).
const CHINESE = "1.2.156.10197.";
const CURVE = /curve/i;
const IDENTIFIER = /\d+(\.\d+){3,}/;

// Gives {key, algorithm, certificate, others}: a CryptoKey, its signing parameters, the pkijs
// certificate that belongs to the key and the remaining ones of the file.
export const openP12 = async (bytes, password) => {
  const { bags, info } = await opened(bytes, password);
  const { key, algorithm } = await importKey(info);
  const certificates = bags
    .filter(({ bagId, bagValue: bag }) => bagId === CERTIFICATE && bag instanceof CertBag)
    .map(({ bagValue: bag }) => bag.parsedValue);
  const certificate = await certificateOf(key, algorithm, certificates);
  must(certificate, "p12.no_certificate");
  return { key, algorithm, certificate, others: certificates.filter((one) => one !== certificate) };
};

const opened = async (bytes, password) => {
  const pfx = step("p12.not_pkcs12", () => PFX.fromBER(bytes));
  must(pfx.macData, "p12.no_mac");
  must(pfx.macData.iterations !== 0, "p12.rounds"); // pkijs would take one round instead
  const engine = new P12Engine(password);
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: true }, engine);
    const safe = pfx.parsedValue.authenticatedSafe;
    must(safe instanceof AuthenticatedSafe, "p12.not_pkcs12");
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) }, engine);
    const bags = safe.parsedValue.safeContents.flatMap(({ value }) => value.safeBags);
    const bag = bags.find(({ bagId }) => bagId === SHROUDED_KEY || bagId === PLAIN_KEY);
    must(bag, "p12.no_key");
    return { bags, info: bag.bagId === PLAIN_KEY ? bag.bagValue : await unshrouded(bag.bagValue, engine) };
  } catch (error) {
    throw error instanceof Refused ? error : refusalFor(String(error?.message));
  }
};

// Looks at the kind of the key first: pkijs reads those only that it knows.
const unshrouded = async ({ encryptionAlgorithm, encryptedData }, engine) => {
  const der = await engine.decryptEncryptedContentInfo({
    encryptedContentInfo: {
      contentEncryptionAlgorithm: encryptionAlgorithm,
      getEncryptedContent: () => encryptedData.getValue(),
    },
  });
  const [, algorithm] = fromBER(der).result.valueBlock.value;
  mustSign(...algorithm.valueBlock.value.map(({ valueBlock }) => String(valueBlock)));
  return PrivateKeyInfo.fromBER(der);
};

const mustSign = (algorithm, curve = "") => {
  must(!curve.startsWith(CHINESE), "p12.sm2");
  const able = algorithm === RSA || (algorithm === EC && curve === P256);
  must(able, "p12.key_kind", { algorithm: algorithm === EC ? curve : algorithm });
};

// pkijs names the algorithm that it does not know.
const refusalFor = (said) => {
  if (/Integrity/.test(said)) return new Refused("p12.password");
  if (CURVE.test(said)) return new Refused("p12.key_kind", { algorithm: "EC" });
  const [algorithm] = IDENTIFIER.exec(said) ?? [];
  if (!algorithm) return new Refused("p12.not_pkcs12");
  if (algorithm.startsWith(CHINESE)) return new Refused("p12.sm2");
  return new Refused("p12.cipher", { algorithm });
};

const importKey = async (info) => {
  const { algorithmId, algorithmParams } = info.privateKeyAlgorithm;
  const isEc = algorithmId === EC;
  mustSign(algorithmId, isEc ? String(algorithmParams?.valueBlock) : "");
  const algorithm = isEc
    ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const der = info.toSchema().toBER(false);
  let key;
  try {
    key = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  } catch {
    throw new Refused("p12.key_kind", { algorithm: algorithmId });
  }
  const bits = key.algorithm.modulusLength ?? SHORTEST_RSA;
  must(bits >= SHORTEST_RSA, "p12.key_size", { bits });
  return { key, algorithm };
};

// Names in the file prove nothing: the key signs a probe and the certificate that verifies it is
// the key's own.
const certificateOf = async (key, algorithm, certificates) => {
  const probe = random(32);
  const signature = await crypto.subtle.sign(algorithm, key, probe);
  for (const certificate of certificates) {
    const spki = certificate.subjectPublicKeyInfo.toSchema().toBER(false);
    try {
      const own = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
      if (await crypto.subtle.verify(algorithm, own, signature, probe)) return certificate;
    } catch {
      // A certificate for another kind of key: not this one's.
    }
  }
  return null;
};

const step = (code, act) => {
  try {
    return act();
  } catch {
    throw new Refused(code);
  }
};

export const mustBeValidAt = ({ notBefore, notAfter }, at) => {
  must(at >= notBefore.value, "p12.not_yet_valid", { from: notBefore.value.toISOString().slice(0, 10) });
  must(at <= notAfter.value, "p12.expired", { until: notAfter.value.toISOString().slice(0, 10) });
};
