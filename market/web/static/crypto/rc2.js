// RC2 in CBC mode, for opening only (RFC 2268). Key files of old tools are written with it.

import { must } from "./refused.js";

const BLOCK = 8;
const TURNS = [1, 2, 3, 5];
// Digits of π as a permutation of the bytes (§2).
const PI = Uint8Array.from(
  (
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
  ).match(/../g),
  (pair) => parseInt(pair, 16),
);

// The 64 words of a key all of whose bits count (§2).
const expanded = (key) => {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let at = key.length; at < 128; at++) {
    bytes[at] = PI[(bytes[at - 1] + bytes[at - key.length]) & 255];
  }
  bytes[128 - key.length] = PI[bytes[128 - key.length]];
  for (let at = 127 - key.length; at >= 0; at--) {
    bytes[at] = PI[bytes[at + 1] ^ bytes[at + key.length]];
  }
  return Uint16Array.from({ length: 64 }, (_, at) => bytes[2 * at] | (bytes[2 * at + 1] << 8));
};

// One block, in place: sixteen mixing rounds backwards, mashed after the fifth and the eleventh (§4).
const unmixed = (words, keys) => {
  for (let round = 15; round >= 0; round--) {
    for (let at = 3; at >= 0; at--) {
      const [before, second, third] = [words[(at + 3) & 3], words[(at + 2) & 3], words[(at + 1) & 3]];
      const turned = (words[at] >>> TURNS[at]) | (words[at] << (16 - TURNS[at]));
      words[at] = turned - keys[4 * round + at] - (before & second) - (~before & third);
    }
    if (round === 11 || round === 5) {
      for (let at = 3; at >= 0; at--) words[at] -= keys[words[(at + 3) & 3] & 63];
    }
  }
};

// Gives the plain bytes with their padding.
export const rc2 = (key, iv, data) => {
  must(data.length % BLOCK === 0, "p12.not_pkcs12");
  const keys = expanded(key);
  const plain = new Uint8Array(data.length);
  let last = iv;
  for (let begins = 0; begins < data.length; begins += BLOCK) {
    const block = data.subarray(begins, begins + BLOCK);
    const words = Uint16Array.from({ length: 4 }, (_, at) => block[2 * at] | (block[2 * at + 1] << 8));
    unmixed(words, keys);
    for (let at = 0; at < BLOCK; at++) {
      plain[begins + at] = ((words[at >> 1] >> (8 * (at & 1))) & 255) ^ last[at];
    }
    last = block;
  }
  return plain;
};
