// Checkpoints: C2SP signed notes with the origin, size and root of the ledger (PROTOCOL.md §3).
// Only the ledger's own signature is checked here; witness lines are the verifier's business.

import { concat, same, unb64, utf8 } from "./bytes.js";
import { verify } from "./ed25519.js";
import { sha256 } from "./hashing.js";
import { must } from "./refused.js";

const ED25519 = Uint8Array.of(1);

// Gives {text, origin, size, root, lines:[{name, bytes}]}.
export const parseNote = (note) => {
  const cut = note.lastIndexOf("\n\n");
  must(cut > 0 && note.endsWith("\n"), "note");
  const text = note.slice(0, cut + 1);
  const [origin, size, root] = text.split("\n");
  must(origin && /^(0|[1-9]\d{0,15})$/.test(size ?? "") && root, "note");
  const lines = note.slice(cut + 2, -1).split("\n").map(signatureLine);
  return { text, origin, size: Number(size), root: unb64(root), lines };
};

const signatureLine = (line) => {
  const match = /^\u2014 (\S+) (\S+)$/.exec(line);
  must(match, "note");
  return { name: match[1], bytes: unb64(match[2]) };
};

const keyId = (name, publicKey) =>
  sha256(concat(utf8(`${name}\n`), ED25519, publicKey)).subarray(0, 4);

// Gives the checkpoint if the ledger `name` with its 32-byte key signed it.
export const readCheckpoint = async (note, name, publicKey) => {
  const checkpoint = parseNote(note);
  must(checkpoint.origin === name, "note_origin");
  const id = keyId(name, publicKey);
  const own = checkpoint.lines.find(
    (line) => line.name === name && same(line.bytes.subarray(0, 4), id),
  );
  must(own && (await verify(publicKey, own.bytes.subarray(4), utf8(checkpoint.text))), "signature");
  return checkpoint;
};
