// The application page of an agency: check, seal and send in this browser; later replace, withdraw,
// look up. The panel and every element it needs: templates/parts/crypto/apply.html, which documents
// the contract: [data-apply] with data-base, data-agency, data-way, data-file-name, data-demo-key;
// parts errors, unsupported, closed, unlock, form, review (doubt, replacing), working, sent, withdrawing.
// The price is in the form, in memory and inside the envelope, and in no storage.

import { Refused, newLock } from "../vendor/seal.js";
import {
  apply,
  closed,
  fetchTerms,
  newVoucher,
  unlockVoucher,
  withdraw,
} from "./application-flow.js";
import { certificateField } from "./certificate-field.js";
import { shown } from "./instant.js";
import { atField, guarded, onAct, part, put, showOnly, supported, texts } from "./panel.js";
import { receiptPanel } from "./receipt-panel.js";
import { storedVoucher } from "./voucher-store.js";
import { WAYS } from "./ways/registry.js";

const PARTS = ["unlock", "form", "review", "working", "sent", "withdrawing"];

const start = async (root) => {
  const say = texts(root);
  const guard = (act) => guarded(root, say, act);
  const { base, agency } = root.dataset;
  const way = WAYS[root.dataset.way];
  const show = (...names) => showOnly(root, PARTS, ...names);
  const certificate = certificateField(root, say, guard);
  const showReceipt = receiptPanel(root, say);
  let terms = null;
  let stored = null;
  let voucher = null;
  let ready = null;
  let abandoned = false;

  const begin = async () => {
    terms = await fetchTerms(base);
    part(root, "closed").hidden = terms.accepting;
    stored = await storedVoucher(terms.about, agency);
    root.dataset.kept = String(stored !== null);
    root.querySelector("#voucher_file").closest(".field").hidden = stored !== null;
    show(terms.accepting ? "form" : "unlock");
  };

  const showSent = () => {
    put(root, "sent-deadline", say("sent.deadline", { at: shown(terms.deadline_at) }));
    showReceipt({ base, terms, sent: voucher.content.sent });
    show("sent");
    part(root, "sent").focus();
  };

  // What was kept at sign-in is closed with the certificate's password, which has just been typed.
  const openKept = async () => {
    if (stored === null || voucher !== null || abandoned) return;
    const expected = { about: terms.about, agency };
    try {
      voucher = await unlockVoucher(stored, certificate.password(), expected);
    } catch (error) {
      const known = error.code === "voucher.password" ? new Refused("voucher.certificate") : error;
      throw atField("certificate_password", known);
    }
  };

  const check = async () => {
    const wrong = [];
    const now = terms.now();
    const given = await Promise.all([
      (async () => way.read(root, terms))().catch((error) => wrong.unshift(error)),
      certificate.open(now, terms.subjects).catch((error) => wrong.push(error)),
    ]);
    if (wrong.length) throw new AggregateError(wrong);
    await openKept();
    ready = { fields: given[0], further: way.further(root), certificate: given[1] };
    way.show(root, say, "review-price", ready.fields);
    const doubt = way.doubt(root, terms, ready.fields);
    part(root, "doubt").hidden = doubt === null;
    put(root, "doubt", doubt === null ? "" : say(doubt.key, doubt.facts));
    part(root, "replacing").hidden = !voucher?.content.sent.length;
    const { organisation, name } = ready.certificate.holder;
    put(root, "review-holder", organisation || name);
    show("review");
    part(root, "review").focus();
  };

  const steps = Array.from(part(root, "working").querySelectorAll("[data-step]"));
  const told = (name) => {
    const now = steps.findIndex(({ dataset }) => dataset.step === name);
    steps.forEach((step, at) => {
      step.dataset.state = at < now ? "ok" : at === now ? "running" : "waiting";
    });
  };

  const send = async () => {
    show("working");
    try {
      voucher ??= await newVoucher(terms.about, agency, await newLock(certificate.password()));
      await apply({ base, terms, voucher, told, ...ready });
    } catch (error) {
      if (voucher?.content.admission === null) voucher = null;
      show("form");
      throw error;
    }
    ready = null;
    part(root, "form").reset();
    way.forget(root);
    certificate.forget();
    showSent();
  };

  const unlock = async () => {
    const file = root.querySelector("#voucher_file").files[0];
    const text = stored ?? (file && (await file.text()));
    if (!text) throw atField("voucher_file", new Refused("voucher.missing"));
    const password = root.querySelector("#voucher_password");
    try {
      voucher = await unlockVoucher(text, password.value, { about: terms.about, agency });
    } catch (error) {
      throw atField(stored !== null || error.code === "voucher.password" ? password.id : "voucher_file", error);
    }
    if (voucher.content.sent.length) showSent();
    else if (terms.accepting) {
      root.querySelector("#certificate_password").value = password.value;
      show("form");
    }
    password.value = "";
  };

  // What was kept cannot be opened any more; the server refuses if it has been used.
  const anew = () => {
    voucher = null;
    abandoned = true;
    show("form");
  };

  const download = async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([await closed(voucher)], { type: "application/json" }),
    );
    link.download = root.dataset.fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const takeBack = async () => {
    await withdraw({ base, terms, voucher });
    showSent();
  };

  const readBack = () => {
    let fields = null;
    try {
      fields = way.read(root, terms);
    } catch {
      // Said when the form is sent; while somebody types there is just nothing to read back.
    }
    way.show(root, say, "readback", fields);
  };

  part(root, "form").addEventListener("submit", guard(check));
  part(root, "form").addEventListener("input", readBack);
  part(root, "unlock").addEventListener("submit", guard(unlock));
  onAct(root, "send", guard(send));
  onAct(root, "back", () => show("form"));
  onAct(root, "replace", () => show("form"));
  onAct(root, "have-voucher", () => show("unlock"));
  onAct(root, "anew", guard(anew));
  onAct(root, "download", guard(download));
  onAct(root, "withdraw", () => show("sent", "withdrawing"));
  onAct(root, "keep", () => show("sent"));
  onAct(root, "withdraw-now", guard(takeBack));
  if (supported(root)) await guard(begin)();
};

for (const root of document.querySelectorAll("[data-apply]")) start(root);
