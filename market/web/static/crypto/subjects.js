// Who a certificate speaks of, and whether it stands for an organisation: as the server reads it
// (signing/pki/subjects.py), so that nobody seals an identity that counts nothing when it is shown.

import { b64 } from "./bytes.js";
import { isIdentityNumber, isRight } from "./credit-codes.js";

const ATTRIBUTES = {
  CN: "2.5.4.3",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  T: "2.5.4.12",
  UID: "0.9.2342.19200300.100.1.1",
  serialNumber: "2.5.4.5",
  organizationIdentifier: "2.5.4.97",
};
const LONGEST = 200;
const CODE = 18;
const PREFIX = /^NTRCN-/;
const IS_CODE = /^[0-9A-HJ-NP-RTUWXY]{18}$/;
const PLACES = {
  credit_code: "(?<credit_code>[0-9A-HJ-NP-RTUWXYa-hj-np-rtuwxy]{18})",
  digits: "[0-9]+",
};
const PLACE = /\{([a-z_]*)\}/;

// `profiles` as `terms` give them: {issuer (b64 of its DER name), holder, reads}, of all authorities.
export const holderOf = ({ subject, issuer }, profiles = []) => {
  const stated = statedIn(subject);
  const name = b64(new Uint8Array(issuer.toSchema().toBER(false)));
  const own = profiles.filter((profile) => profile.issuer === name);
  const read = own.map((profile) => profiled(profile, stated)).find(Boolean);
  return read ?? usual(stated);
};

// By the code where there is one, else by the name.
export const standsFor = (holder, { name, credit_code: code }) =>
  holder.creditCode ? holder.creditCode === code : holder.organisation === name;

const statedIn = ({ typesAndValues }) =>
  Object.fromEntries(
    Object.entries(ATTRIBUTES).map(([attribute, oid]) => [
      attribute,
      typesAndValues.filter(({ type }) => type === oid).map(({ value }) => value.valueBlock.value),
    ]),
  );

const usual = (stated) => {
  const [name = ""] = stated.CN;
  let [organisation = ""] = stated.O;
  const [identifier = ""] = stated.organizationIdentifier;
  let creditCode = identifier.replace(PREFIX, "");
  if (!PREFIX.test(identifier) || !IS_CODE.test(creditCode)) {
    const ends = stated.serialNumber.map((text) => text.slice(-CODE));
    const spoken = [organisation.slice(0, CODE), ...ends].map((text) => text.toUpperCase());
    creditCode = spoken.find((text) => isRight(text) && !isIdentityNumber(text)) ?? "";
  }
  if (creditCode && organisation.slice(0, CODE).toUpperCase() === creditCode) {
    organisation = organisation.slice(CODE).trim() || organisation;
  }
  return { name, organisation, creditCode };
};

const profiled = ({ holder, reads }, stated) => {
  const fields = {};
  for (const { attribute, pattern } of reads) {
    const fits = stated[attribute]
      .filter((text) => [...text].length <= LONGEST)
      .map((text) => compiled(pattern).exec(text))
      .find(Boolean);
    if (!fits) return null;
    for (const [place, text] of Object.entries(fits.groups ?? {})) fields[place] = text.trim();
  }
  const { name = "", organisation = "", credit_code: code = "" } = fields;
  const body = holder === "organisation" ? organisation || name : null;
  const read = { name: body ?? name, organisation: body ?? organisation };
  return read.name ? { ...read, creditCode: code.toUpperCase() } : null;
};

const compiled = (pattern) =>
  new RegExp(
    `^${pattern
      .split(PLACE)
      .map((part, at) => (at % 2 ? PLACES[part] ?? `(?<${part}>.+)` : escaped(part)))
      .join("")}$`,
    "u",
  );
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
