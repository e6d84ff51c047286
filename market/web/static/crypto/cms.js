// A detached CMS signature as CAdES-B (PROTOCOL.md §7, ETSI EN 319 122-1): SHA-256, signing time,
// signing-certificate-v2. The timestamp that makes it CAdES-B-T is the server's task.

import * as asn1js from "asn1js";
import {
  AlgorithmIdentifier,
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from "pkijs";

import { sha256 } from "./hashing.js";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

export const certificateDer = (certificate) => new Uint8Array(certificate.toSchema().toBER(false));

// Signs `content` with what `openP12` gave, at the instant `at`; gives the DER of a ContentInfo.
export const signDetached = async ({ key, certificate, others }, content, at) => {
  const { issuer, serialNumber } = certificate;
  const signer = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer, serialNumber }),
    signedAttrs: new SignedAndUnsignedAttributes({
      type: 0,
      attributes: attributes(certificate, content, at),
    }),
  });
  const cms = new SignedData({
    version: 1,
    digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: SHA256 })],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: DATA }),
    signerInfos: [signer],
    certificates: [certificate, ...others.filter((one) => !isRoot(one))],
  });
  await cms.sign(key, 0, "SHA-256", content);
  const info = new ContentInfo({ contentType: SIGNED_DATA, content: cms.toSchema(true) });
  return new Uint8Array(info.toSchema().toBER(false));
};

// A verifier trusts roots of its own; the signer's copy would only take up room.
const isRoot = ({ issuer, subject }) => issuer.isEqual(subject);

const octets = (bytes) => new asn1js.OctetString({ valueHex: bytes.slice().buffer });
const sequence = (value) => new asn1js.Sequence({ value: [value] });

// In this order their encodings ascend, as DER asks of a SET OF.
const attributes = (certificate, content, at) =>
  [
    [CONTENT_TYPE, new asn1js.ObjectIdentifier({ value: DATA })],
    [SIGNING_TIME, new asn1js.UTCTime({ valueDate: at })],
    [MESSAGE_DIGEST, octets(sha256(content))],
    [SIGNING_CERTIFICATE_V2, essCertificate(certificate)],
  ].map(([type, value]) => new Attribute({ type, values: [value] }));

// SigningCertificateV2 with one ESSCertIDv2, whose hash is SHA-256 by default (RFC 5035).
const essCertificate = (certificate) =>
  sequence(sequence(sequence(octets(sha256(certificateDer(certificate))))));
