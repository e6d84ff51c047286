// Canonical JSON (PROTOCOL.md §1): RFC 8785 narrowed until a value has one byte string.
// Reading proves that the bytes are the only ones for their value; nothing is repaired.

import { fromUtf8, utf8 } from "./bytes.js";
import { Refused, must } from "./refused.js";

const KEY = /^[a-z][a-z0-9_]*$/;
const LONE = /\p{Surrogate}/u;
const DEEPEST = 32;

export const dumps = (value) => utf8(write(value, 0));

export const loads = (bytes) => {
  const text = fromUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused("syntax");
  }
  must(write(value, 0) === text, "not_canonical");
  return value;
};

const write = (value, above) => {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return string(value);
  if (typeof value === "number") return integer(value);
  must(typeof value === "object", "type");
  must(above < DEEPEST, "nesting");
  if (Array.isArray(value)) return `[${value.map((item) => write(item, above + 1)).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => member(key, value[key], above + 1)).join(",")}}`;
};

const member = (key, value, above) => {
  must(KEY.test(key), "key");
  return `${JSON.stringify(key)}:${write(value, above)}`;
};

const string = (text) => {
  must(!LONE.test(text), "surrogate");
  must(text.normalize("NFC") === text, "nfc");
  return JSON.stringify(text);
};

const integer = (number) => {
  must(Number.isInteger(number), "float");
  must(Number.isSafeInteger(number), "integer");
  return JSON.stringify(number);
};
