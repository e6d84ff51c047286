"""Check 5: the life of a round, step by step as the ledger has it (PROTOCOL.md §3, §4, §6).

One table of what may follow what. Beside it: contributions before applications, blind entries
between opening and freeze, the freeze after its hour and under the quorum before any share, the
decision under the quorum before any name.
"""

from collections.abc import Mapping
from datetime import timedelta

from signing.core.canonical import read_instant
from signing.core.errors import Refused
from signing.core.facts import Facts
from signing.dossier import layout
from signing.draw.contributions import may_open, role_of
from signing.rounds import facts
from signing.rounds.ledger_view import Act, RoundView, name_of
from signing.verify.attempt import Attempt, attempts
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.verify.ledger import sizes_between
from signing.verify.redos import must_be_let
from signing.ways.registry import WAYS

FREEZE_WITHIN = timedelta(minutes=15)
"""PROTOCOL.md §8, check 5: a later freeze is remarked; no region decides it."""
SECOND = timedelta(seconds=1)
_TAG = "selection:round:"
_STEPS: Mapping[str, Mapping[str, str]] = {
    "": {"published": "published"},
    "published": {"contributed": "published", "accepting": "accepting", "failed": "failed"},
    "accepting": {"extended": "accepting", "frozen": "frozen", "failed": "failed"},
    "frozen": {"unsealed": "opened"},
    "opened": {"decided": "decided", "failed": "failed"},
    "decided": {"revealed": "revealed", "moved": "decided", "failed": "failed"},
    "revealed": {
        "explained": "revealed",
        "explanation_accepted": "revealed",
        "moved": "decided",
        "concluded": "concluded",
    },
    "concluded": {"audit_ordered": "audit ordered"},
    "audit ordered": {"audit_found": "audited"},
    "audited": {},
    "failed": {},
}
# What a trustee or a regulator does on the side, in any state from the freeze on.
_ASIDE = {"released", "escrow_ordered", "escrow_opened", "breached"}
_BEFORE_FREEZE = {"", "published", "accepting"}


def lives_are_in_order(case: Case, say: Verdict) -> None:
    """Check 5 for every round; an attempt begins when the one before has failed, and on request."""
    ended: RoundView | None = None
    for number, attempt in enumerate(attempts(case), 1):
        view = attempt.view
        place = layout.entry(view.must(facts.Published).index)
        with say.at(place):
            failed = ended.first(facts.Failed) if ended else None
            begins = view.must(facts.Published).index
            if layout.attempt_of(view.about) != number or (number > 1 and failed is None):
                raise Refused("attempt", "an attempt without the failed ones before it")
            if failed is not None and failed.index > begins:
                raise Refused("attempt", "published before the attempt before it had failed")
            if failed is not None:
                must_be_let(case, failed, view)
        _steps(attempt, say)
        _contributed(attempt, say)
        _frozen(attempt, say)
        _released(attempt, say)
        ended = view
    say.must(case.rounds, "entries/", "no_round", "there is no round in this dossier")


def _steps(attempt: Attempt, say: Verdict) -> None:
    view, state = attempt.view, ""
    way = WAYS.get(view.published["way"])
    follows = {**_STEPS, **way.steps} if way else _STEPS
    acts = (
        one for one in attempt.case.entries if one.about == view.about and one.tag.startswith(_TAG)
    )
    for entry in acts:
        name = entry.tag.removeprefix(_TAG)
        if name in _ASIDE and state not in _BEFORE_FREEZE:
            continue
        following = follows[state].get(name)
        if following is None:
            said = f"{name} cannot follow when the round is {state or 'not published'}"
            say.must(holds=False, place=layout.entry(entry.index), code="step", sentence=said)
            continue
        state = following


def _contributed(attempt: Attempt, say: Verdict) -> None:
    view = attempt.view
    accepting = view.first(facts.Accepting)
    for entry in view.all(facts.Contributed):
        with say.at(layout.entry(entry.index)):
            role = entry.facts.role
            if view.contributions[role].index != entry.index:
                raise Refused("contributed", "this role has contributed already")
            if role.startswith("trustee:") and entry.by != role:
                raise Refused("contributed", "somebody else contributed in a trustee's name")
    if accepting is None:
        return
    with say.at(layout.entry(accepting.index)):
        roles = set(view.contributions)
        independent = [one.id for one in attempt.case.anchors.trustees if not one.platform]
        if roles != set(view.rules["contributors"]) or not may_open(roles, independent):
            raise Refused("contributors", "opened before everybody of the rules had contributed")


def _frozen(attempt: Attempt, say: Verdict) -> None:
    view = attempt.view
    hour = view.must(facts.Published).facts.opens_at
    for entry in view.all(facts.Extended):
        with say.at(layout.entry(entry.index)):
            if read_instant(entry.facts.opens_at) <= read_instant(hour):
                raise Refused("earlier", "an extension that does not move the hour later")
            hour = entry.facts.opens_at
    frozen, accepting = view.first(facts.Frozen), view.first(facts.Accepting)
    if frozen is None:
        return
    with say.at(layout.entry(frozen.index)):
        late = read_instant(frozen.at) - view.closes
        if late < timedelta(0):
            raise Refused("freeze_early", "frozen before its hour")
        if late > FREEZE_WITHIN:
            say.remark(f"{view.about}: frozen {late // SECOND * SECOND} after its hour")
        for row in (*attempt.accepted, *attempt.left_out):
            with say.at(layout.entry(row["index"])):
                if accepting is None or not accepting.index < row["index"] < frozen.index:
                    raise Refused("order", "taken in before the round was open or after its freeze")


def _released(attempt: Attempt, say: Verdict) -> None:
    view, k = attempt.view, attempt.case.anchors.k
    for release in attempt.way.releases:
        given = [one for one in view.all(facts.Released) if one.facts.kind == release.kind]
        start, end = view.first(release.ground), view.first(release.until)
        for entry in given:
            with say.at(layout.entry(entry.index)):
                if entry.by != role_of(entry.facts.trustee):
                    raise Refused("released", "somebody else gave shares in a trustee's name")
                if start is None or start.index > entry.index:
                    said = "shares were given before the round was {ground}"
                    raise Refused("order", said, ground=name_of(release.ground))
        if given and start is not None:
            with say.at(layout.entry(start.index)):
                _stood_under_quorum(attempt, start, given[0])
        if end is not None and (attempt.applied_for or not release.of_applicants):
            with say.at(layout.entry(end.index)):
                early = {one.facts.trustee for one in given if one.index < end.index}
                if len(early) < k:
                    said = "{until} before {k} trustees had given shares"
                    raise Refused("order", said, until=name_of(release.until), k=k)


def _stood_under_quorum(attempt: Attempt, entry: Act[Facts], first: Act[Facts]) -> None:
    if not sizes_between(attempt.case, entry.index, first.index):
        raise Refused("quorum", "shares were given before the quorum had seen this entry")
