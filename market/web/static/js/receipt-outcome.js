// What a receipt came to, by the public record of its round: a kind (open, sealed, withdrawn, failed,
// moved, excluded, chosen, outbid, reserve, lost) and the facts of its sentence. Nothing is fetched here.

const reserveLine = ({ reserves, taken }, ranking) =>
  ranking ? ranking.map(({ leaf }) => leaf).filter((leaf) => !taken.includes(leaf)) : reserves;

// The row of the freeze that speaks of this receipt: {accepted} or {left_out}, or null.
export const rowOf = ({ envelopes, index }, freeze) => {
  const own = (row) => row.index === index;
  const accepted = freeze.accepted.find(own);
  if (accepted && envelopes.every((hash) => Object.values(accepted).includes(hash))) {
    return { accepted };
  }
  const left = freeze.left_out.find(own);
  return left && left.envelopes.join() === envelopes.join() ? { left_out: left } : null;
};

// Where a round stands that shows no papers.
export const unopened = (sent, record) => {
  const failed = record.first("failed");
  if (failed) return { kind: "failed", ground: failed.facts.reason };
  if (sent[sent.length - 1].kind === "withdrawal") return { kind: "withdrawn" };
  return { kind: record.first("frozen") ? "sealed" : "open" };
};

// What the draw, and what followed it, made of one candidate.
export const standing = ({ leaf, record: candidate }, transcript, ranking, record) => {
  const moves = record.all("moved").map(({ facts }) => facts);
  const gone = moves.find((move) => move.leaf === leaf);
  if (gone) return { kind: "moved", ground: gone.cause };
  if (candidate.excluded !== null && candidate.excluded !== "NOT_BEST") {
    return { kind: "excluded", ground: candidate.excluded };
  }
  const shown = record.all("revealed").pop()?.facts.leaf;
  if (shown === leaf || (!moves.length && transcript.taken.includes(leaf))) {
    return { kind: "chosen" };
  }
  const line = reserveLine(transcript, ranking).filter(
    (one) => one !== shown && !moves.some((move) => move.leaf === one),
  );
  const place = line.indexOf(leaf) + 1;
  const final = record.first("concluded") !== null;
  const rank = ranking ? ranking.findIndex((row) => row.leaf === leaf) + 1 : 0;
  if (rank) return { kind: "outbid", rank };
  return place && !final ? { kind: "reserve", place } : { kind: "lost" };
};
