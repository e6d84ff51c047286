// 大写金额 of a sum in fen, as the papers have it (《支付结算办法》 annex 1; market/kernel/money.py).

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const UNITS = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿"];

const groupInWords = (group) => {
  let words = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit) words += (gap ? "零" : "") + DIGITS[digit] + UNITS[place];
    gap = !digit && words !== "";
  }
  return words;
};

const wholeInWords = (number) => {
  let words = "";
  let gap = false;
  for (let place = GROUPS.length - 1; place >= 0; place -= 1) {
    const group = Math.floor(number / 10_000 ** place) % 10_000;
    if (group) {
      if (words && (gap || group < 1000)) words += "零";
      words += groupInWords(group) + GROUPS[place];
    }
    gap = !group && words !== "";
  }
  return words;
};

export const amountInWords = (fen) => {
  const [whole, jiao, last] = [Math.floor(fen / 100), Math.floor(fen / 10) % 10, fen % 10];
  const yuan = whole ? `${wholeInWords(whole)}元` : "";
  if (!jiao && !last) return `${yuan || "零元"}整`;
  const tens = jiao ? `${DIGITS[jiao]}角` : yuan && "零";
  return yuan + tens + (last ? `${DIGITS[last]}分` : "整");
};
