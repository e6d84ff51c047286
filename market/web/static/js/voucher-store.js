// Where this browser keeps vouchers: one closed text per round and agency, in IndexedDB. The name
// of the record is a hash, the text is encrypted under the certificate's password: who sits down at
// the same machine learns from it neither who applied nor what was offered.

import { hex, tagged } from "../vendor/seal.js";

const DATABASE = "mingxuan";
const STORE = "vouchers";

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const opened = () => {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
};

const within = async (mode, act) => {
  const database = await opened();
  try {
    return await settled(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
};

const nameOf = (about, agency) => hex(tagged("voucher-record", about, agency));

// The closed text, or null.
export const storedVoucher = async (about, agency) =>
  (await within("readonly", (store) => store.get(nameOf(about, agency)))) ?? null;

// Every closed text that this browser keeps, in the order of their hashes: none tells what it is of.
export const storedVouchers = () => within("readonly", (store) => store.getAll());

export const storeVoucher = (about, agency, text) =>
  within("readwrite", (store) => store.put(text, nameOf(about, agency)));

export const dropVoucher = (about, agency) =>
  within("readwrite", (store) => store.delete(nameOf(about, agency)));
