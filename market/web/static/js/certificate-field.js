// The certificate of a form: a PKCS#12 file, its password, and in the demo a button that lends a
// key. File, password and key stay in this page's memory and are gone with it.
// Needs inside `root`: #certificate (file), #certificate_password, [data-value=certificate]; with
// data-demo-key on `root` also a button [data-act=demo-key].

import { Refused, holderOf, mustBeValidAt, openP12 } from "../vendor/sign.js";
import { atField, onAct, put } from "./panel.js";
import { getBytes } from "./request.js";

const DEMO_PASSWORD = "demo";
const LARGEST = 1_000_000;
const AT_PASSWORD = new Set(["p12.password"]);
const SOON = 500; // ms: what takes longer is said

export const certificateField = (root, say, guard) => {
  const file = root.querySelector("#certificate");
  const password = root.querySelector("#certificate_password");
  // A promise: whoever goes on while the key is still on its way waits for it.
  let lent = null;

  onAct(root, "demo-key", guard(async () => {
    password.value = DEMO_PASSWORD;
    lent = getBytes(root.dataset.demoKey);
    try {
      await lent;
    } catch (error) {
      lent = null;
      throw error;
    }
    put(root, "certificate", say("p12.demo_loaded"));
  }));
  file.addEventListener("change", () => {
    lent = null;
    put(root, "certificate", "");
  });

  return {
    password: () => password.value,
    forget: () => {
      lent = null;
      file.value = "";
      password.value = "";
      put(root, "certificate", "");
    },
    // Gives what `openP12` gives and {holder}; the certificate must be valid at `now`. `subjects`
    // say how authorities write them.
    open: async (now, subjects = []) => {
      const chosen = file.files[0];
      if (!lent && !chosen) throw atField("certificate", new Refused("p12.missing"));
      if (!lent && chosen.size > LARGEST) throw atField("certificate", new Refused("p12.not_pkcs12"));
      const bytes = (await lent) ?? new Uint8Array(await chosen.arrayBuffer());
      const said = setTimeout(() => put(root, "certificate", say("p12.opening")), SOON);
      try {
        const opened = await openP12(bytes, password.value);
        mustBeValidAt(opened.certificate, now);
        return { ...opened, holder: holderOf(opened.certificate, subjects) };
      } catch (error) {
        throw atField(AT_PASSWORD.has(error.code) ? "certificate_password" : "certificate", error);
      } finally {
        clearTimeout(said);
        put(root, "certificate", lent ? say("p12.demo_loaded") : "");
      }
    },
  };
};
