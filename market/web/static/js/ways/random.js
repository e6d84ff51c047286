// By lot: nothing is asked but to be there.

export const random = {
  // What the applicant typed, as fields of the payload; refuses with the field that is wrong.
  read: () => ({}),
  // What is sealed beside application and identity: {kind: bytes of its payload}.
  further: () => ({}),
  // What was read, in the words of the review and beside the form while somebody types.
  show: () => {},
  // What should be looked at twice before it is sealed.
  doubt: () => null,
  forget: () => {},
};
