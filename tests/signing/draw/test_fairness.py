"""Draws are fair and cannot be steered (S8): chi-square over tickets, one input varied at a time.

Alpha is 1e-6 per test. The canary draws with `byte % n`; a test that does not catch it is none.
"""

import hashlib
import math
from collections import Counter
from functools import lru_cache
from typing import Any

import pytest

from signing.core.hashing import sha256, tagged
from signing.draw import contributions
from signing.draw.pool import Pool
from signing.draw.rules import draw_id
from signing.draw.walk import tickets, walk
from tests.factories.draws import CONTRIBUTORS, contributed, rules_of, secret

ROUNDS = 200_000
CANDIDATES = 11
ALPHA = 1e-6
LEAVES = [sha256(b"candidate %d" % n) for n in range(CANDIDATES)]
POOL_ROOT = sha256(b"pool")


def chance(square: Any, freedom: Any) -> Any:
    """The probability that chance alone exceeds a chi-square value (exact for whole freedoms)."""
    half = square / 2
    found = math.erfc(math.sqrt(half)) if freedom % 2 else math.exp(-half)
    for step in range(freedom % 2 or 2, freedom, 2):
        found += half ** (step / 2) * math.exp(-half) / math.gamma(step / 2 + 1)
    return found


def chi_square(counts: Any, cells: Any) -> Any:
    expected = sum(counts.values()) / cells
    seen = sum((count - expected) ** 2 / expected for count in counts.values())
    return seen + (cells - len(counts)) * expected


def is_uniform(winners: Any, cells: Any) -> Any:
    return chance(chi_square(Counter(winners), cells), cells - 1) > ALPHA


@pytest.mark.parametrize(
    ("square", "freedom", "known"),
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (16.266, 3, 0.001), (33.377, 4, 1e-6), (18.307, 10, 0.05)],
)
def test_the_probabilities_are_those_of_the_tables(square: Any, freedom: Any, known: Any) -> None:
    assert chance(square, freedom) == pytest.approx(known, rel=0.01)


def counting(n: Any) -> Any:
    return n.to_bytes(32, "big")


def backwards(n: Any) -> Any:
    return n.to_bytes(32, "little")


def sparse(n: Any) -> Any:
    return (1 << n % 256 | n << 100).to_bytes(48, "big")[-32:]


def chained(n: Any) -> Any:
    return hashlib.sha256(b"chain %d" % n).digest()


def from_secrets(n: Any) -> Any:
    return contributions.seed(
        bytes(32), POOL_ROOT, {"owner": counting(n), "trustee:regulator": secret("regulator")}
    )


FAMILIES = [counting, backwards, sparse, chained, from_secrets]


def lowest(seed: Any, leaves: Any = LEAVES) -> Any:
    return min(tickets(seed, "all", leaves))[1]


@lru_cache
def winners_of(family: Any) -> Any:
    return tuple(lowest(family(n)) for n in range(ROUNDS // len(FAMILIES)))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_every_candidate_wins_as_often(family: Any) -> None:
    assert is_uniform(winners_of(family), CANDIDATES)


def test_every_candidate_wins_as_often_over_all_families() -> None:
    winners = [winner for family in FAMILIES for winner in winners_of(family)]
    assert len(winners) == ROUNDS
    assert is_uniform(winners, CANDIDATES)


def test_the_canary_is_caught() -> None:
    """A walk by `byte % n` favours the first: 256 is no multiple of 11."""
    winners = (hashlib.sha256(counting(n)).digest()[0] % CANDIDATES for n in range(ROUNDS))
    assert not is_uniform(winners, CANDIDATES)


def test_a_walk_and_the_lowest_ticket_agree() -> None:
    records = [
        ({"id": str(n), "red": False, "excluded": None}, counting(n)) for n in range(CANDIDATES)
    ]
    pool = Pool(records)
    for n in range(300):
        assert walk(rules_of(), chained(n), pool).taken == [lowest(chained(n), pool.leaves)]


def seed_with(rules: Any, role: Any, n: Any, nonce: Any = 0) -> Any:
    secrets = {one: secret(one) for one in CONTRIBUTORS}
    if role in secrets:
        secrets[role] = counting(n)
    root = sha256(counting(nonce))
    return contributions.seed(draw_id(rules), root, secrets)


@pytest.mark.parametrize("role", CONTRIBUTORS)
def test_no_contributor_can_steer(role: Any) -> None:
    """Whatever one party tries with the others fixed, every candidate comes up as often."""
    rules = rules_of()
    winners = (lowest(seed_with(rules, role, n)) for n in range(ROUNDS // CANDIDATES))
    assert is_uniform(winners, CANDIDATES)


def test_no_applicant_can_steer_by_its_nonce() -> None:
    """A nonce changes the applicant's own leaf and the seed; its chance stays what it was."""
    rules, others = rules_of(), LEAVES[1:]
    wins = Counter()
    for n in range(ROUNDS // CANDIDATES):
        own = tagged("draw-candidate", counting(n), b"{}")
        wins[lowest(seed_with(rules, "", 0, nonce=n), [own, *others]) == own] += 1
    rounds = sum(wins.values())
    expected = {True: rounds / CANDIDATES, False: rounds * (1 - 1 / CANDIDATES)}
    seen = sum((wins[side] - expected[side]) ** 2 / expected[side] for side in expected)
    assert chance(seen, 1) > ALPHA


def test_the_platform_cannot_steer_by_the_rules() -> None:
    """Another attempt or reserve gives another id, known before any secret is."""
    winners = (lowest(seed_with(rules_of(attempt=n + 1), "", 0)) for n in range(ROUNDS // 20))
    assert is_uniform(winners, CANDIDATES)


def test_places_are_fair_too() -> None:
    """Every order of three is as likely: taken and reserves, not the winner alone."""
    three = LEAVES[:3]
    orders = (
        tuple(leaf for _, leaf in sorted(tickets(counting(n), "all", three)))
        for n in range(ROUNDS // 5)
    )
    assert is_uniform(orders, math.factorial(3))


def test_strata_are_drawn_apart() -> None:
    """Who is low in one stratum is anywhere in the next."""
    pairs = (
        (lowest(counting(n)), min(tickets(counting(n), "red", LEAVES))[1])
        for n in range(ROUNDS // 10)
    )
    assert is_uniform(pairs, CANDIDATES**2)


def test_a_secret_that_does_not_fit_its_commitment_is_no_way_to_steer() -> None:
    rules = rules_of()
    rows = contributed(rules)
    kept = [{**row, "secret": counting(1).hex()} if row["role"] == "owner" else row for row in rows]
    with pytest.raises(ValueError, match="owner"):
        contributions.must_be_whole(rules, kept, draw_id(rules))
