// A regulator's order from the file that the platform prepared, as signing/regulator/requests.py
// reads and signs it: an opening order or a blind audit's (PROTOCOL.md §4, §5.7).

import { x25519 } from "@noble/curves/ed25519.js";

import { hex, random, unhex, utf8 } from "./bytes.js";
import { dumps, loads } from "./canonical.js";
import { keyFromSeed } from "./ed25519.js";
import { sha256 } from "./hashing.js";
import { Refused, must } from "./refused.js";
import { signed } from "./small.js";

export const OPENING = "opening_request";
const AUDIT = "audit_request";
const SIGNED = new Set(["opening_order", "audit_order", "blind_audit"]);
const HASH = /^[0-9a-f]{64}$/;

const isText = (value) => typeof value === "string" && value !== "";
const isHash = (value) => typeof value === "string" && HASH.test(value);
const SAID = {
  v: (value) => value === 1,
  kind: isText,
  about: isText,
  title: isText,
  page: isText,
  regulators: (value) => Array.isArray(value) && value.every(isHash),
  at: isText,
  sha256: isHash,
};
const SHAPES = {
  [OPENING]: { ...SAID, code: isText, envelope: isHash, reason: isText },
  [AUDIT]: { ...SAID, freeze: isHash },
};
const KEY = { v: (value) => value === 1, kind: (value) => value === "order_key", ed25519: isHash };

const has = (body, shape) =>
  Object.keys(body).length === Object.keys(shape).length &&
  Object.entries(shape).every(([name, fits]) => Object.hasOwn(body, name) && fits(body[name]));

// Null for whatever is no canonical JSON object.
const objectIn = (text) => {
  try {
    const body = loads(utf8(text.trim()));
    return body && typeof body === "object" && !Array.isArray(body) ? body : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
};

export const readRequest = (text) => {
  const body = objectIn(text);
  must(!SIGNED.has(body?.kind), "request_signed");
  const shape = body && isText(body.kind) && Object.hasOwn(SHAPES, body.kind) && SHAPES[body.kind];
  must(shape && has(body, shape), "request");
  const { sha256: checksum, ...rest } = body;
  must(hex(sha256(dumps(rest))) === checksum, "request");
  return body;
};

// The key of a regulator whom the city's trustees obey.
export const readKey = async (text, { regulators }) => {
  const body = objectIn(text);
  must(body && has(body, KEY), "order_key");
  const key = await keyFromSeed(unhex(body.ed25519, 32));
  must(regulators.includes(hex(key.publicKey)), "request_key");
  return key;
};

// Gives {order, secret}: the signed order and, for an audit, the file of its own key; as texts.
export const finish = async (request, key, at) => {
  const { about } = request;
  const said = { v: 1, about, at: at.toISOString() };
  if (request.kind === OPENING) {
    const { envelope, reason } = request;
    return { order: await text(key, { ...said, kind: "opening_order", envelope, reason }) };
  }
  const seed = random(32);
  const audit = {
    ...said,
    kind: "audit_order",
    freeze: request.freeze,
    key: hex(x25519.getPublicKey(seed)),
    regulator: hex(key.publicKey),
  };
  const held = { v: 1, kind: "audit_key", x25519: hex(seed) };
  return { order: await text(key, audit), secret: new TextDecoder().decode(dumps(held)) };
};

const text = async (key, body) => new TextDecoder().decode(dumps(await signed(key, body)));
