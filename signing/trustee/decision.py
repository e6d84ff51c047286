"""Who was taken: recomputed from the opened envelopes, believed of nobody (PROTOCOL.md §5.4, §6).

From k shares of every application and draw secret the trustee opens everything itself, builds the
pool, the seed, the walk and, for a price round, the ranking, and compares with the hashes that the
decision entry names. Only then is anybody taken; a logged move brings up the next.
"""

from collections.abc import Sequence
from hashlib import sha256

from signing.core.canonical import JsonObject
from signing.core.errors import Refused, Unreadable
from signing.draw.contributions import read_secret
from signing.draw.moves import Standings, moved
from signing.draw.rules import draw_id
from signing.draw.transcript import Draw, draw, transcript
from signing.rounds import facts
from signing.rounds.ledger_view import Act, RoundView, opening_digest
from signing.sealing import sealed
from signing.trustee.frozen import Frozen
from signing.trustee.trustee import Trustee
from signing.trustee.work import Evidence
from signing.ways.applications import judged
from signing.ways.releases import APPLICATION, Grounds


def taken(
    trustee: Trustee, frozen: Frozen, at_the_hour: Grounds, evidence: Evidence
) -> list[JsonObject]:
    """Give the records of all who were taken, first and by moves, in that order.

    Refuses a decision that is not under the checkpoint or does not follow from the contents.
    """
    if not frozen.pool.applied_for or evidence.opened is None:
        raise Refused("no_identity", "{about}: nothing to release", about=frozen.view.about)
    view = frozen.view
    unsealed, decided = view.must(facts.Unsealed), view.must(facts.Decided)
    if not frozen.entry.index < unsealed.index < decided.index:
        raise Refused("decision_order", "{about}: decided before it was opened", about=view.about)
    payloads = _payloads(trustee, APPLICATION.envelopes(at_the_hour), evidence)
    opens = {one: data is not None for one, data in payloads.items()}
    if opening_digest(opens) != unsealed.facts.sha256:
        said = "{about}: other envelopes open than the ledger says"
        raise Refused("unsealed", said, about=view.about)
    found = judged(view.published, frozen.body, payloads)
    done = draw(view.rules, _contributions(view, payloads), found.pool)
    _must_be_decided(frozen, done, decided)
    way = frozen.way
    ranking = way.rank(view.about, done.seed, found.prices) if way.rank else None
    start = way.start(done.walk, ranking)
    if decided.facts.ranking != (None if ranking is None else sha256(ranking).hexdigest()):
        raise Refused("ranking", "{about}: the ranking is another", about=view.about)
    return _ever_taken(view, done, start, decided)


def _payloads(
    trustee: Trustee, names: Sequence[str], evidence: Evidence
) -> dict[str, bytes | None]:
    given = {one.envelope: one.shares for one in evidence.opened or ()}
    found: dict[str, bytes | None] = {}
    for name in names:
        envelope = trustee.memory.envelope(name)
        if envelope is None or name not in given:
            raise Refused("opened_missing", "no shares are shown for {envelope}", envelope=name)
        try:
            found[name] = sealed.decrypt(envelope, sealed.recover(envelope, given[name]))
        except Unreadable:
            found[name] = None
    return found


def _contributions(view: RoundView, payloads: dict[str, bytes | None]) -> list[JsonObject]:
    identity = draw_id(view.rules)
    rows: list[JsonObject] = []
    for role in view.rules["contributors"]:
        entry = view.contributions[role]
        commit, envelope = entry.facts.commit, entry.facts.envelope
        data = payloads[envelope]
        if data is None:
            raise Refused("draw_secret", "the secret of {role} is unreadable", role=role)
        secret = read_secret(data, role, identity, commit).hex()
        row = {"role": role, "commit": commit, "envelope": envelope, "secret": secret}
        rows.append(row | {"index": entry.index})
    return rows


def _must_be_decided(frozen: Frozen, done: Draw, decided: Act[facts.Decided]) -> None:
    digest = sha256()
    for piece in transcript(
        done,
        freeze_index=frozen.entry.index,
        freeze_sha256=frozen.entry.facts.sha256,
        result_index=decided.index,
    ):
        digest.update(piece)
    leaves = [leaf.hex() for leaf in done.walk.taken]
    if (digest.hexdigest(), leaves) != (decided.facts.transcript, decided.facts.taken):
        said = "{about}: the draw comes out another way than was decided"
        raise Refused("transcript", said, about=frozen.view.about)


def _ever_taken(
    view: RoundView, done: Draw, start: Standings, decided: Act[facts.Decided]
) -> list[JsonObject]:
    rows = [one.entry.facts for one in view.all(facts.Moved) if one.index > decided.index]
    leaves: dict[bytes, None] = {}
    for count in range(len(rows) + 1):
        after = moved(view.rules, done.walk.dropped, done.pool, start, rows[:count])
        leaves |= dict.fromkeys(after.taken)
    return [done.pool.record(leaf) for leaf in leaves]
