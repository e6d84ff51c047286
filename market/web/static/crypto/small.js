// Small signatures (PROTOCOL.md §2): one Ed25519 key over one small object; the kind of the
// object is part of what is signed, so that no statement passes for one of another kind.

import { b64, unb64 } from "./bytes.js";
import { dumps } from "./canonical.js";
import { verify } from "./ed25519.js";
import { tagged } from "./hashing.js";
import { must } from "./refused.js";

const message = ({ signature_b64: _signature, ...body }) =>
  tagged("signature", body.kind, dumps(body));

export const signed = async (key, body) => ({
  ...body,
  signature_b64: b64(await key.sign(message(body))),
});

export const mustBeSigned = async (publicKey, body) =>
  must(await verify(publicKey, unb64(body.signature_b64), message(body)), "signature");
