// How these modules refuse: one error with a stable code and the facts of its sentence.
// The sentence itself stands in the page, in the page's language; no fact may hold a secret.

export class Refused extends Error {
  constructor(code, facts = {}) {
    super(code);
    this.name = "Refused";
    this.code = code;
    this.facts = facts;
  }
}

export const must = (holds, code, facts) => {
  if (!holds) throw new Refused(code, facts);
};
