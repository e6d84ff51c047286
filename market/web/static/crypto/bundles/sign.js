// Signing with a certificate's key from a PKCS#12 file.
import "../older.js";

export { loads } from "../canonical.js";
export { certificateDer, signDetached } from "../cms.js";
export { mustBeValidAt, openP12 } from "../p12.js";
export { Refused } from "../refused.js";
export { holderOf, standsFor } from "../subjects.js";
