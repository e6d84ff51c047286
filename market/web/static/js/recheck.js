// Verify a draw yourself: the transcript is fetched (or chosen from disk) and every step of it is
// recomputed in the visitor's browser. The panel is templates/parts/crypto/recheck.html:
// [data-recheck] with data-transcript, maybe data-expected (the SHA-256 in the ledger's decision
// entry) and data-ranking (of a price round); parts errors, verdict; [data-step] items with a [data-step-detail]; a button
// [data-act=recheck] and a file input #recheck_file.

import { recheck } from "../vendor/check.js";
import { guarded, onAct, part, put, texts } from "./panel.js";
import { getBytes } from "./request.js";

const breathe = () => new Promise((resolve) => setTimeout(resolve));

// Codes (甲-01) are shown as the page's language shows them (web/i18n.blind_code).
const shown = (facts) =>
  document.documentElement.lang === "en" && facts?.taken
    ? { ...facts, taken: facts.taken.replaceAll("甲-", "A-").replaceAll("、", ", ") }
    : facts;

const start = (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const steps = new Map(
    Array.from(root.querySelectorAll("[data-step]"), (item) => [item.dataset.step, item]),
  );

  const mark = (step, state, detail) => {
    steps.get(step).dataset.state = state;
    steps.get(step).querySelector("[data-step-detail]").textContent = detail;
  };

  const conclude = (failed) => {
    root.dataset.verdict = failed.length ? "failed" : "ok";
    part(root, "verdict").hidden = false;
    put(root, "verdict", failed.length ? say("recheck.failed", { step: failed[0] }) : say("recheck.ok"));
  };

  const run = async (bytes, published = {}) => {
    for (const step of steps.keys()) mark(step, "waiting", "");
    part(root, "verdict").hidden = true;
    delete root.dataset.verdict;
    const failed = [];
    for await (const { step, ok, code, facts } of recheck(bytes, { ...published, pause: breathe })) {
      mark(step, ok ? "ok" : "failed", say(ok ? `done.${step}` : `broken.${code}`, shown(facts)));
      if (!ok) failed.push(steps.get(step).querySelector("[data-step-name]").textContent);
      await breathe();
    }
    conclude(failed);
  };

  onAct(root, "recheck", guard(async () => {
    const { transcript, expected = null, ranking = null } = root.dataset;
    const ranked = ranking && (await getBytes(ranking));
    await run(await getBytes(transcript), { expected, ranking: ranked });
  }));
  root.querySelector("#recheck_file").addEventListener("change", guard(async ({ target }) => {
    if (target.files[0]) await run(new Uint8Array(await target.files[0].arrayBuffer()));
  }));
};

for (const root of document.querySelectorAll("[data-recheck]")) start(root);
