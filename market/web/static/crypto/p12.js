// A PKCS#12 file and its password to a signing key that scripts cannot export (RFC 7292).
// The key lives in this page's memory only and is gone with it; neither file nor password is kept.
// Files of old tools (3DES, RC2) cannot be opened by browsers: they get a refusal of their own,
// because the remedy is to save the file anew, not to type the password again.

import { AuthenticatedSafe, CertBag, PFX } from "pkijs";

import { random, utf8 } from "./bytes.js";
import { Refused, must } from "./refused.js";

const SHROUDED_KEY = "1.2.840.113549.1.12.10.1.2";
const PLAIN_KEY = "1.2.840.113549.1.12.10.1.1";
const CERTIFICATE = "1.2.840.113549.1.12.10.1.3";
const EC = "1.2.840.10045.2.1";
const RSA = "1.2.840.113549.1.1.1";
const P256 = "1.2.840.10045.3.1.7";

// Legacy PBE of PKCS#12 itself; RC2 and 3DES under PBES2. pkijs names them in its errors.
const LEGACY = /1\.2\.840\.113549\.(1\.12\.1\.[1-6]|3\.[27])\b/;

const CREDIT_CODE = /^[0-9A-HJ-NP-RTUWXY]{18}$/;

// Gives {key, algorithm, certificate, others}: a CryptoKey, its signing parameters, the pkijs
// certificate that belongs to the key and the remaining ones of the file.
export const openP12 = async (bytes, password) => {
  const bags = await readBags(bytes, utf8(password).buffer);
  const info = bags.find(({ bagId }) => bagId === SHROUDED_KEY || bagId === PLAIN_KEY);
  must(info, "p12.no_key");
  const { bagValue } = info;
  const { key, algorithm } = await importKey(bagValue.parsedValue ?? bagValue);
  const certificates = bags
    .filter(({ bagId, bagValue: bag }) => bagId === CERTIFICATE && bag instanceof CertBag)
    .map(({ bagValue: bag }) => bag.parsedValue);
  const certificate = await certificateOf(key, algorithm, certificates);
  must(certificate, "p12.no_certificate");
  return { key, algorithm, certificate, others: certificates.filter((one) => one !== certificate) };
};

const readBags = async (bytes, password) => {
  const pfx = step("p12.not_pkcs12", () => PFX.fromBER(bytes));
  must(pfx.macData, "p12.no_mac");
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: true });
    const safe = pfx.parsedValue.authenticatedSafe;
    must(safe instanceof AuthenticatedSafe, "p12.not_pkcs12");
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) });
    const bags = safe.parsedValue.safeContents.flatMap(({ value }) => value.safeBags);
    for (const { bagId, bagValue } of bags) {
      if (bagId === SHROUDED_KEY) await bagValue.parseInternalValues({ password });
    }
    return bags;
  } catch (error) {
    if (error instanceof Refused) throw error;
    const said = String(error?.message);
    must(!LEGACY.test(said), "p12.legacy");
    must(!/Integrity/.test(said), "p12.password");
    throw new Refused("p12.not_pkcs12");
  }
};

const importKey = async (info) => {
  const { algorithmId, algorithmParams } = info.privateKeyAlgorithm;
  const isP256 = algorithmId === EC && algorithmParams?.valueBlock?.toString() === P256;
  must(isP256 || algorithmId === RSA, "p12.key_kind", { algorithm: algorithmId });
  const algorithm = isP256
    ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const der = info.toSchema().toBER(false);
  try {
    const key = await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    return { key, algorithm };
  } catch {
    throw new Refused("p12.key_kind", { algorithm: algorithmId });
  }
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

// What a person recognises a certificate by, and the unified social credit code in it, which
// issuers put into organizationIdentifier as NTRCN-<code> or into serialNumber; absent ones empty.
export const holderOf = ({ subject }) => {
  const read = (oid) =>
    subject.typesAndValues.find(({ type }) => type === oid)?.value.valueBlock.value ?? "";
  const number = read("2.5.4.97").replace(/^NTRCN-/, "") || read("2.5.4.5");
  return {
    name: read("2.5.4.3"),
    organisation: read("2.5.4.10"),
    creditCode: CREDIT_CODE.test(number) ? number : "",
  };
};

export const mustBeValidAt = ({ notBefore, notAfter }, at) => {
  must(at >= notBefore.value, "p12.not_yet_valid", { from: notBefore.value.toISOString().slice(0, 10) });
  must(at <= notAfter.value, "p12.expired", { until: notAfter.value.toISOString().slice(0, 10) });
};
