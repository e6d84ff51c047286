// Everything that touches a price before it is sealed is in this one file, whose SHA-256 is logged.
import "../older.js";

export * from "../application.js";
export { readCheckpoint } from "../note.js";
export { hex, unhex } from "../bytes.js";
export { contribute } from "../contribution.js";
export { keyFromSeed, newKey } from "../ed25519.js";
export { dumps, loads } from "../canonical.js";
export { formatWan, formatYuan, parsePrice } from "../price.js";
export { Refused } from "../refused.js";
export { mustBeSigned } from "../small.js";
export { SIZES, decrypt, recover, seal } from "../sealed.js";
export { closeVoucher, newLock, openVoucher } from "../voucher.js";
export { tagged } from "../hashing.js";
