// 我的回执: the receipts of this computer or of a saved file, opened here and held against the public
// records of their rounds. The page: templates/selection/receipts.html.
// Of the server is asked what anybody may read, without a session: how the round of every voucher
// stands, used or not, so that the asking does not tell which was used; of a receipt that is opened
// the record of that one round.

import { Refused } from "../vendor/seal.js";
import { shown } from "./instant.js";
import { atField, guarded, onAct, part, put, showOnly, supported, texts } from "./panel.js";
import { isClosed, opened, openedAll, roundOf, textOf } from "./receipt-file.js";
import { receiptPaper } from "./receipt-paper.js";
import { getJson } from "./request.js";
import { storedVouchers } from "./voucher-store.js";

const PARTS = ["unlock", "none", "list", "file", "paper"];
const OPEN = { session: false };
const DECIDED = new Set(["revealed", "concluded"]);

// How a round stands: {title, accepting, deadline_at, stage}, or null where it cannot be known.
const standingOf = async (about) => {
  const [code, attempt] = roundOf(about);
  try {
    const { state, accepting, deadline_at } = await getJson(`/api/rounds/${code}/${attempt}/terms`, OPEN);
    const { title } = await getJson(`/api/projects/${code}`, OPEN);
    const closed = state === "failed" ? "failed" : DECIDED.has(state) ? "decided" : "deciding";
    return { title, accepting, deadline_at, stage: accepting ? "open" : closed };
  } catch {
    return null;
  }
};

const start = async (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const show = (...names) => showOnly(root, PARTS, ...names);
  const password = root.querySelector("#kept_password");
  const paper = receiptPaper(root, say);
  let kept = [];
  let vouchers = [];
  let current = null;

  const home = () => {
    current = null;
    show(vouchers.length ? "list" : kept.length ? "unlock" : "none", "file");
  };

  const open = async (voucher) => {
    current = voucher;
    paper.clear(voucher);
    show("paper");
    part(root, "paper").focus();
    standingOf(voucher.about).then((known) => current === voucher && paper.tell(known));
    await paper.fill(voucher);
  };

  const row = (voucher) => {
    const item = root.querySelector("template").content.firstElementChild.cloneNode(true);
    const { kind, receipt } = voucher.sent[voucher.sent.length - 1];
    const [code, attempt] = roundOf(voucher.about);
    const round = say("round", { code, attempt });
    item.querySelector("a").href = `/projects/${code}`;
    put(item, "title", code);
    put(item, "round", round);
    put(item, "sent", say(`sent.${kind}`, { at: shown(receipt.at) }));
    item.querySelector("button").addEventListener("click", guard(() => open(voucher)));
    return item;
  };

  const list = async () => {
    const used = vouchers.filter(({ sent }) => sent.length);
    used.sort((one, other) => (one.sent[0].receipt.at < other.sent[0].receipt.at ? 1 : -1));
    const rows = new Map(used.map((voucher) => [voucher, row(voucher)]));
    root.querySelector("[data-rows]").replaceChildren(...rows.values());
    part(root, "empty").hidden = used.length > 0;
    const unused = vouchers.length - used.length;
    put(root, "unused", unused ? say("unused", { n: unused }) : "");
    home();
    part(root, "list").focus();
    for (const voucher of vouchers) {
      const known = await standingOf(voucher.about);
      const item = rows.get(voucher);
      if (!item) continue;
      if (known) put(item, "title", known.title);
      put(item, "state", say(`stage.${known?.stage ?? "unknown"}`));
      put(item, "deadline", known ? say("deadline", { at: shown(known.deadline_at) }) : "");
    }
  };

  const unlock = async () => {
    const { vouchers: found, shut } = await openedAll(kept, password.value);
    if (!found.length) throw atField(password.id, new Refused("voucher.password"));
    password.value = "";
    vouchers = found;
    put(root, "shut", shut ? say("shut", { n: shut }) : "");
    await list();
  };

  const openFile = async () => {
    const chosen = root.querySelector("#receipt_file");
    const secret = root.querySelector("#receipt_password");
    let voucher;
    try {
      if (!chosen.files[0]) throw new Refused("receipt.missing");
      const text = await textOf(chosen.files[0]);
      if (isClosed(text) && !secret.value) throw new Refused("receipt.closed");
      voucher = await opened(text, secret.value);
      if (!voucher.sent.length) throw new Refused("receipt.unsent");
    } catch (error) {
      const shut = ["voucher.password", "receipt.closed"].includes(error.code);
      throw atField(shut ? secret.id : chosen.id, error);
    }
    secret.value = "";
    await open(voucher);
  };

  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([current.text], { type: "application/json" }));
    link.download = `mingxuan-${roundOf(current.about).join("-")}.voucher.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  part(root, "unlock").addEventListener("submit", guard(unlock));
  part(root, "file").addEventListener("submit", guard(openFile));
  onAct(root, "home", home);
  onAct(root, "save", save);
  if (!supported(root)) return;
  kept = await storedVouchers();
  put(root, "kept", say("kept", { n: kept.length }));
  home();
};

for (const root of document.querySelectorAll("[data-receipts]")) start(root);
