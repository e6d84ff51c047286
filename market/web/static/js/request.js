// JSON over HTTP. Every write carries an Idempotency-Key and is sent again under the same key while
// the network or the server is away, or its disk is full, so that nothing happens twice and nothing
// is lost silently. What must not be joined to an account goes without cookies and without a referrer.

import { newKey } from "./key.js";

const AWAY = new Set([502, 503, 504, 507]);
const WAITS = [1000, 2000, 4000, 8000];

// A refusal by the server: `detail` is its sentence, already in the reader's language.
export class ServerRefusal extends Error {
  constructor(status, problem) {
    super(problem.key ?? String(status));
    this.name = "ServerRefusal";
    this.status = status;
    this.key = problem.key ?? null;
    this.detail = problem.detail ?? problem.title ?? "";
  }
}

// No answer at all, after every retry.
export class Unreachable extends Error {}

// `session: false` leaves cookies and referrer at home.
export const getJson = async (url, { session = true } = {}) =>
  (await answered(url, options(session))).json();

export const getBytes = async (url, { session = true } = {}) =>
  new Uint8Array(await (await answered(url, options(session))).arrayBuffer());

export const postJson = async (url, body, { session = true } = {}) => {
  const { headers, ...rest } = options(session);
  const response = await answered(url, {
    ...rest,
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json", "Idempotency-Key": newKey() },
    body: JSON.stringify(body),
  });
  return response.json();
};

const options = (session) => ({
  cache: "no-store",
  credentials: session ? "same-origin" : "omit",
  referrerPolicy: session ? "same-origin" : "no-referrer",
  // Without a cookie the server knows the language from here alone.
  headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang },
});

const answered = async (url, how) => {
  for (const wait of [...WAITS, null]) {
    const response = await fetch(url, how).catch(() => null);
    if (response?.ok) return response;
    if (response && !AWAY.has(response.status)) throw await refusal(response);
    if (wait === null) throw response ? await refusal(response) : new Unreachable(url);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
};

const refusal = async (response) => {
  const problem = await response.json().catch(() => ({}));
  return new ServerRefusal(response.status, problem);
};
