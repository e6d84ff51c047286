// The receipt on the page, and what becomes of it: each trustee's report on its box, then the proof
// that the entry stands in the ledger, computed here.
// Needs: [data-value=receipt-index|receipt-at|receipt-fingerprint|proof|sent-state], a button
// [data-receipt-copy], and [data-trustee=<id>] items that hold a [data-trustee-state].

import { lookUp } from "./application-flow.js";
import { shown } from "./instant.js";
import { put, sentence } from "./panel.js";

const TURNS = 200;
const PAUSE = 3000;

const MARKS = new Map([
  [true, ["ok", "box.ok"]],
  [false, ["failed", "box.bad"]],
  [null, ["waiting", "box.waiting"]],
]);

export const receiptPanel = (root, say) => {
  let turn = 0;

  const show = ({ trustees, size }) => {
    for (const { trustee, ok } of trustees) {
      const item = root.querySelector(`[data-trustee="${CSS.escape(trustee)}"]`);
      if (!item) continue;
      const [state, key] = MARKS.get(ok);
      item.dataset.state = state;
      item.querySelector("[data-trustee-state]").textContent = say(key);
    }
    put(root, "proof", say(size === null ? "proof.waiting" : "proof.ok", { size }));
    root.dataset.boxes = trustees.some(({ ok }) => ok === false) ? "bad" : "";
    return size !== null && trustees.every(({ ok }) => ok !== null);
  };

  // Asks until everything is known, or until another receipt is followed.
  const follow = async (base, terms, receipt) => {
    const mine = (turn += 1);
    for (let asked = 0; asked < TURNS && mine === turn; asked += 1) {
      try {
        if (show(await lookUp({ base, terms, receipt }))) return;
      } catch (error) {
        put(root, "proof", sentence(say, error));
        if (error?.name === "Refused") return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };

  return ({ base, terms, sent }) => {
    const { kind, receipt } = sent[sent.length - 1];
    const fingerprint = receipt.envelopes[0] ?? "";
    put(root, "receipt-index", String(receipt.index));
    put(root, "receipt-at", shown(receipt.at));
    put(root, "receipt-fingerprint", fingerprint);
    root.querySelector("[data-receipt-copy]").dataset.copy = fingerprint;
    put(root, "sent-state", say(`sent.${kind}`));
    root.dataset.sent = kind;
    if (kind === "application") follow(base, terms, receipt);
    else turn += 1;
  };
};
