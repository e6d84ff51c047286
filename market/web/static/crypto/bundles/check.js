// Re-checking a published draw; needs no key and no WebCrypto.
import "../older.js";

export { dumps, loads } from "../canonical.js";
export { codeOf, recheck } from "../draw.js";
export { commitment, sha256, tagged } from "../hashing.js";
export { isIncluded, leafHash, root } from "../merkle.js";
export { hex, unhex } from "../bytes.js";
export { Refused } from "../refused.js";
