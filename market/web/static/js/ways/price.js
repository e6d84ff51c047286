// By sealed price: read from its field, shown in yuan and wan, kept nowhere else.

import { formatWan, formatYuan, parsePrice } from "../../vendor/seal.js";
import { atField, put } from "../panel.js";

const inWords = (fen, say) =>
  say("price.readback", { yuan: formatYuan(fen), wan: formatWan(fen) });

export const price = {
  read: (root, terms) => {
    const unit = root.querySelector("[name=price_unit]:checked").value;
    try {
      const typed = root.querySelector("#price").value;
      return { price_fen: parsePrice(typed, unit, terms.control_price_fen) };
    } catch (error) {
      throw atField("price", error);
    }
  },
  further: () => ({}),
  show: (root, say, place, fields) =>
    put(root, place, fields === null ? "" : inWords(fields.price_fen, say)),
  forget: (root) => {
    put(root, "readback", "");
    put(root, "review-price", "");
  },
};
