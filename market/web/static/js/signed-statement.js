// A statement that stands on the page, signed there with a certificate; the key never leaves.
// Needs inside `root`: part statement; data-kind on `root`, what the statement must be.

import { Refused, loads, signDetached } from "../vendor/sign.js";
import { now } from "./clock.js";
import { part } from "./panel.js";

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

// Whoever serves this page must not get anything else signed by it.
const mustBe = (kind, text) => {
  let body = null;
  try {
    body = loads(new TextEncoder().encode(text));
  } catch {
    // Not canonical JSON, so no statement of ours either.
  }
  if (body?.kind !== kind) throw new Refused("statement");
  return body;
};

// Gives what was signed and {statement, cms_b64}, which the server takes.
export const signStatement = async (root, certificate) => {
  const statement = part(root, "statement").textContent;
  const body = mustBe(root.dataset.kind, statement);
  const at = new Date(now());
  const opened = await certificate.open(at);
  const cms = await signDetached(opened, new TextEncoder().encode(statement), at);
  return { body, signed: { statement, cms_b64: base64(cms) } };
};
