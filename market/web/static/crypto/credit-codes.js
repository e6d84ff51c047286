// Check digits of 统一社会信用代码 (GB 32100-2015), 组织机构代码 (GB 11714-1997) and 公民身份号码
// (GB 11643-1999), as in signing/core/credit_codes.py.

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const SHAPED = /^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/;
const IDENTITY = /^[0-9]{17}[0-9X]$/;

const weighed = (text, weights, value) =>
  Array.from(text).reduce((sum, letter, at) => sum + value(letter) * weights[at], 0);

const powers = (base, modulus, count) => {
  const made = [1];
  while (made.length < count) made.push((made[made.length - 1] * base) % modulus);
  return made;
};
const WEIGHTS = powers(3, 31, 17);
const IDENTITY_WEIGHTS = powers(2, 11, 18).slice(1).reverse();

const last = (first17) =>
  ALPHABET[(31 - (weighed(first17, WEIGHTS, (letter) => ALPHABET.indexOf(letter)) % 31)) % 31];

const ninth = (first8) =>
  "0123456789X0"[11 - (weighed(first8, ORGANISATION_WEIGHTS, (letter) => parseInt(letter, 36)) % 11)];

export const isRight = (code) =>
  SHAPED.test(code) && ninth(code.slice(8, 16)) === code[16] && last(code.slice(0, 17)) === code[17];

export const isIdentityNumber = (text) => {
  if (!IDENTITY.test(text)) return false;
  const [year, month, day] = [text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)].map(Number);
  const born = new Date(Date.UTC(2000, month - 1, day));
  born.setUTCFullYear(year);
  const was = year > 0 && born.getUTCMonth() === month - 1 && born.getUTCDate() === day;
  return was && "10X98765432"[weighed(text.slice(0, 17), IDENTITY_WEIGHTS, Number) % 11] === text[17];
};
