// One receipt as a sheet of paper: what it is of, what it came to, and each step of the proof with
// its mark. Gives a function that fills it from a voucher {about, sent}.

import { shown } from "./instant.js";
import { put, sentence } from "./panel.js";
import { roundOf } from "./receipt-file.js";
import { prove } from "./receipt-proof.js";
import { recordOf } from "./round-record.js";

// What is left unproven for now; of everything else it never applied.
const LATER = new Set(["open", "sealed", "withdrawn"]);

export const receiptPaper = (root, say) => {
  const steps = new Map(
    Array.from(root.querySelectorAll("[data-step]"), (item) => [item.dataset.step, item]),
  );

  const mark = (step, state, detail) => {
    steps.get(step).dataset.state = state;
    steps.get(step).querySelector("[data-step-detail]").textContent = detail;
  };

  // 甲-01, in English A-01: the letter belongs to the language.
  const named = (facts) => (facts.code ? { ...facts, code: say("code", facts) } : facts);

  const conclude = ({ kind, ground, code, ...facts }, verdict) => {
    const told = { ...facts, ground: ground ? say(`${kind}.${ground}`) : "" };
    const result = say(`outcome.${kind}`, told);
    for (const [step, item] of steps) {
      if (item.dataset.state === "waiting") mark(step, "waiting", say(LATER.has(kind) ? "later" : "idle"));
    }
    put(root, "outcome", code ? say("coded", named({ code, result })) : result);
    root.dataset.outcome = kind;
    root.dataset.verdict = verdict;
  };

  const clear = ({ about, sent }) => {
    const { kind, receipt } = sent[sent.length - 1];
    const [code, attempt] = roundOf(about);
    put(root, "paper-title", code);
    put(root, "paper-round", say("round", { code, attempt }));
    put(root, "paper-sent", say(`sent.${kind}`, { at: shown(receipt.at) }));
    put(root, "paper-index", String(receipt.index));
    put(root, "paper-fingerprints", receipt.envelopes.join("\n"));
    put(root, "paper-deadline", "");
    put(root, "outcome", say("outcome.checking"));
    for (const name of ["outcome", "verdict", "accepting"]) delete root.dataset[name];
    for (const step of steps.keys()) mark(step, "waiting", "");
    root.querySelector("[data-project]").href = `/projects/${code}`;
    root.querySelector("[data-dossier]").href = `/projects/${code}/dossier.zip`;
    root.querySelector("[data-apply-again]").href = `/rounds/${code}/${attempt}/apply`;
  };

  // What is known of the round beside: `state` as the list has it, or null.
  const tell = (state) => {
    if (!state) return;
    put(root, "paper-title", state.title);
    root.dataset.accepting = String(state.accepting);
  };

  const fill = async ({ about, sent }) => {
    try {
      const record = await recordOf(about);
      put(root, "paper-deadline", shown(record.deadline));
      const outcome = await prove(sent, record, (step, facts) => {
        mark(step, "ok", say(`done.${step}`, named(facts)));
      });
      conclude(outcome, "ok");
    } catch (error) {
      if (error.step) mark(error.step, "failed", sentence(say, error));
      conclude({ kind: error.code === "concealed" ? "concealed" : "unproven" }, "failed");
      throw error;
    }
  };

  return { clear, tell, fill };
};
