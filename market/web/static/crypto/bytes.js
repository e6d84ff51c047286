// Bytes and their two text forms, strict in both directions (PROTOCOL.md, first paragraph):
// hex in lower case, base64 padded and such that encode(decode(text)) is the text again.

import { must } from "./refused.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);

export const fromUtf8 = (bytes) => {
  try {
    return decoder.decode(bytes);
  } catch {
    must(false, "encoding");
  }
};

export const hex = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const unhex = (text, size) => {
  const fits = typeof text === "string" && /^([0-9a-f]{2})*$/.test(text);
  must(fits && (size === undefined || text.length === 2 * size), "hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
};

// Pieces, because a call takes only so many arguments.
const PIECE = 0x8000;

export const b64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
};

export const unb64 = (text) => {
  must(typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text), "base64");
  must(text.length % 4 === 0, "base64");
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  must(b64(bytes) === text, "base64");
  return bytes;
};

export const concat = (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const same = (left, right) =>
  left.length === right.length && left.every((byte, at) => byte === right[at]);

export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
