import copy
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.core.canonical import dumps, loads
from signing.core.errors import Refused
from signing.core.hashing import sha256, tagged
from signing.draw import pool as pools
from signing.draw import spool
from signing.draw import walk as walks
from signing.draw.moves import Standings, moved, moves, read_moves
from signing.draw.pool import Pool, position_code
from signing.draw.transcript import around_pool, check, draw, must_be_tied, transcript
from signing.log import tree
from tests.factories.draws import SALT_KEY, candidates, contributed, pool_of, rules_of

R1 = {"code": "R1", "kind": "distinct", "field": "employer"}
R2 = {"code": "R2", "kind": "at_most", "field": "region", "n": 1}
R3 = {"code": "R3", "kind": "equals", "field": "avoided", "value": False}
SEED = sha256(b"seed")


def refused(call: Any, *args: Any) -> Any:
    """The code, and what the facts say of where: the thing, the part or the key."""
    with pytest.raises(Refused) as refusal:
        call(*args)
    facts = refusal.value.facts
    return refusal.value.code, facts.get("what", facts.get("part"))


def plain_walk(rules: Any, seed: Any, records: Any) -> Any:
    """§6.6 word for word: {leaf: record} → dropped, steps, taken, reserves."""

    def breaks(one: Any, record: Any, taken: Any) -> Any:
        same = [other for other in taken if other.get(one["field"]) == record.get(one["field"])]
        return {
            "distinct": lambda: bool(same),
            "at_most": lambda: len(same) >= one["n"],
            "equals": lambda: record.get(one["field"]) != one["value"],
        }[one["kind"]]()

    dropped = []
    while True:
        steps, found = [], []
        for stratum in rules["strata"]:
            order = sorted(
                (tagged("draw-ticket", seed, stratum, leaf), leaf)
                for leaf, record in records.items()
                if record["excluded"] is None and (stratum == "all" or record["red"])
            )
            for ticket, leaf in order:
                walked = {step[1] for step in steps}
                if leaf in walked or len(found) == rules["take"] + rules["reserves"]:
                    continue
                taken = [records[one] for one in found[: rules["take"]]]
                code = next(
                    (
                        one["code"]
                        for one in rules["constraints"]
                        if one["code"] not in dropped and breaks(one, records[leaf], taken)
                    ),
                    None,
                )
                steps.append((stratum, leaf, ticket, code))
                found += [leaf] if code is None else []
        if len(found) >= rules["take"] or len(dropped) == len(rules["drop_order"]):
            return dropped, steps, found[: rules["take"]], found[rules["take"] :]
        dropped.append(rules["drop_order"][len(dropped)])


RULES = st.builds(
    rules_of,
    take=st.integers(1, 5),
    reserves=st.integers(0, 5),
    strata=st.sampled_from([["all"], ["red", "all"], ["red"], ["all", "red"]]),
    constraints=st.lists(st.sampled_from([R1, R2, R3]), unique_by=lambda one: one["code"]),
)


@st.composite
def some_rules(draw_one: Any) -> Any:
    rules = draw_one(RULES)
    codes = [one["code"] for one in rules["constraints"]]
    order = draw_one(st.permutations(codes))
    return {**rules, "drop_order": order[: draw_one(st.integers(0, len(codes)))]}


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "red": st.booleans(),
            "employer": st.integers(0, 4),
            "region": st.sampled_from(["a", "b", "c"]),
            "avoided": st.booleans(),
            "excluded": st.sampled_from([None, None, None, "EXPIRED"]),
        }
    ),
    max_size=25,
)


def pool_from(records: Any) -> Any:
    marked = [{**record, "id": f"{n:x}"} for n, record in enumerate(records)]
    return Pool((record, pools.pool_salt(SALT_KEY, record["id"])) for record in marked)


@given(some_rules(), RECORDS, st.binary(min_size=32, max_size=32))
def test_the_walk_is_what_the_protocol_says(rules: Any, records: Any, seed: Any) -> None:
    pool = pool_from(records)
    by_leaf = {leaf: pool.record(leaf) for leaf in pool.leaves}
    done = walks.walk(rules, seed, pool)
    dropped, steps, taken, reserves = plain_walk(rules, seed, by_leaf)
    assert (done.dropped, done.taken, done.reserves) == (dropped, taken, reserves)
    names = ("stratum", "leaf", "ticket", "passed_over")
    assert [tuple(step[name] for name in names) for step in done.steps] == [
        (stratum, leaf.hex(), ticket.hex(), code) for stratum, leaf, ticket, code in steps
    ]


@given(some_rules(), RECORDS)
def test_what_no_draw_may_do(rules: Any, records: Any) -> None:
    pool = pool_from(records)
    done = walks.walk(rules, SEED, pool)
    chosen = [*done.taken, *done.reserves]
    assert len(set(chosen)) == len(chosen)
    assert len(done.taken) <= rules["take"]
    assert len(done.reserves) <= rules["reserves"]
    assert not done.reserves or len(done.taken) == rules["take"]
    assert all(pool.record(leaf)["excluded"] is None for leaf in chosen)
    kept = walks.kept(rules, done.dropped)
    for place, leaf in enumerate(done.taken):
        before = [pool.record(one) for one in done.taken[:place]]
        assert walks.broken(kept, pool.record(leaf), before) is None


@given(RECORDS, st.data())
def test_the_order_in_which_candidates_come_changes_nothing(records: Any, data: Any) -> None:
    marked = [{**record, "id": f"{n:x}"} for n, record in enumerate(records)]
    shuffled = data.draw(st.permutations(marked))
    one, other = (
        Pool((record, pools.pool_salt(SALT_KEY, record["id"])) for record in some)
        for some in (marked, shuffled)
    )
    assert (one.leaves, one.root, list(one.items())) == (
        other.leaves,
        other.root,
        list(other.items()),
    )


def test_batches_of_tickets_change_nothing(monkeypatch: Any) -> None:
    rules = rules_of(take=3, reserves=200, constraints=[R1], strata=["red", "all"])
    pool = pool_of(300)
    whole = walks.walk(rules, SEED, pool)
    monkeypatch.setattr(walks, "SLACK", 2)
    hard = rules_of(take=7, reserves=0, constraints=[R1], strata=["red", "all"])
    small = walks.walk(hard, SEED, pool)
    monkeypatch.setattr(walks, "SLACK", 1000)
    assert walks.walk(rules, SEED, pool) == whole
    assert walks.walk(hard, SEED, pool) == small


def test_one_and_true_are_different() -> None:
    records = [{"red": False, "excluded": None, "avoided": value} for value in (0, False)]
    done = walks.walk(rules_of(constraints=[R3], take=2), SEED, pool_from(records))
    assert len(done.taken) == 1


def test_a_pool_is_its_leaves() -> None:
    pool = pool_of(50)
    entries = [loads(item) for item in pool.items()]
    assert [entry["leaf"] for entry in entries] == [leaf.hex() for leaf in pool.leaves]
    for entry in entries:
        leaf = tagged("draw-candidate", bytes.fromhex(entry["salt"]), dumps(entry["record"]))
        assert leaf.hex() == entry["leaf"]
        assert pool.record(leaf) == entry["record"]
    assert pool.root == tree.root_of(pool.leaves)
    assert [pool.position(leaf) for leaf in pool.leaves] == list(range(50))
    assert len(pool) == 50


def test_the_salt_of_a_registered_candidate_is_the_protocol_s() -> None:
    for key, name in ((SALT_KEY, "机构-1"), (b"", "")):
        assert pools.pool_salt(key, name) == tagged("pool-salt", key, name)


def test_a_large_pool_waits_in_a_file(monkeypatch: Any) -> None:
    in_memory = pool_of(200)
    monkeypatch.setattr(spool, "IN_MEMORY", 10_000)
    monkeypatch.setattr(pools, "_BATCH", 60)
    in_a_file = pool_of(200)
    assert 0 < in_a_file._shelf._written < in_a_file._shelf._begins[-1]
    assert list(in_a_file.items()) == list(in_memory.items())
    assert [in_a_file.record(leaf) for leaf in in_a_file.leaves] == [
        in_memory.record(leaf) for leaf in in_memory.leaves
    ]


def test_a_pool_refuses() -> None:
    assert refused(Pool, [*candidates(3), *candidates(1)]) == ("pool_twice", None)
    short = ({"id": "a", "red": False, "excluded": None}, b"short")
    assert refused(Pool, [short]) == ("salt", None)


def test_a_stranger_has_no_position() -> None:
    for pool in (pool_of(3), pool_of(0)):
        for leaf in (bytes(32), b"\xff" * 32):
            assert refused(pool.position, leaf) == ("pool_stranger", None)


def test_codes_have_at_least_two_digits() -> None:
    codes = [position_code(position) for position in (0, 8, 98, 99, 999_999)]
    assert codes == ["甲-01", "甲-09", "甲-99", "甲-100", "甲-1000000"]


def written(done: Any, result_index: Any = 9) -> Any:
    pieces = transcript(
        done, freeze_index=5, freeze_sha256=sha256(b"freeze").hex(), result_index=result_index
    )
    return b"".join(pieces)


def a_draw(count: Any = 40, **changes: Any) -> Any:
    rules = rules_of(
        **{
            "take": 3,
            "reserves": 4,
            "strata": ["red", "all"],
            "constraints": [R1, R2],
            "drop_order": ["R2"],
            **changes,
        }
    )
    return draw(rules, contributed(rules), pool_of(count))


@pytest.mark.parametrize("count", [0, 1, 3, 40, 3 + 4 + walks.SLACK, 1030])
def test_a_transcript_is_checked_from_its_bytes(count: Any) -> None:
    done = a_draw(count)
    data = written(done)
    again = check(loads(data))
    assert (again.walk, again.seed, again.draw_id) == (done.walk, done.seed, done.draw_id)
    assert written(again) == data
    ties = {"freeze_index": 5, "freeze_sha256": sha256(b"freeze").hex(), "result_index": 9}
    before, after = around_pool(done, **ties)
    assert before + b",".join(done.pool.items()) + after == data
    assert again.failed is (count < 3)


def test_secrets_and_salts_make_the_seed() -> None:
    first = a_draw()
    rules = first.rules
    other = draw(rules, contributed(rules, owner="other"), pool_of(40))
    assert other.seed != first.seed
    assert draw(rules, contributed(rules), pool_of(41)).seed != first.seed


def test_a_draw_needs_whole_contributions_and_rules() -> None:
    rules = rules_of()
    wrongs = ((rules, contributed(rules)[1:]), ({}, []), (rules_of(take=0), []))
    assert [refused(draw, wrong, rows, pool_of(3)) for wrong, rows in wrongs] == [
        ("contributors", None),
        ("shape", "rules"),
        ("shape", "rules"),
    ]


def changes_of(body: Any) -> Any:
    """Every leaf value of a transcript changed, one at a time, as (path, value)."""

    def walk(value: Any, path: Any) -> Any:
        if isinstance(value, dict):
            for key in value:
                yield from walk(value[key], [*path, key])
        elif isinstance(value, list):
            for number in range(len(value)):
                yield from walk(value[number], [*path, number])
            yield path, [*value, *value[:1]] if value else ["x"]
            yield path, value[:-1] if value else None
            yield path, value[::-1] if len(value) > 1 else None
        else:
            yield path, None if value is not None else "R9"
            if isinstance(value, str):
                yield path, "0" * len(value)
            if isinstance(value, bool):
                yield path, not value
            elif isinstance(value, int):
                yield path, value + 1

    return walk(body, [])


TIES = ("freeze", "result_index")


def test_any_change_of_a_transcript_is_found() -> None:
    body = loads(written(a_draw(12, take=2)))
    assert len(body["reserves"]) > 1
    tried, found = 0, set()
    for path, value in changes_of(body):
        if path[0] in TIES or path[-1] in ("envelope", "index"):
            continue  # the ledger's ties: test_a_transcript_is_tied_to_the_ledger
        wrong = copy.deepcopy(body)
        place = wrong
        for step in path[:-1]:
            place = place[step]
        if place[path[-1]] == value:
            continue
        place[path[-1]] = value
        if path == ["contributions"] and value == body["contributions"][::-1]:
            continue  # their order says nothing
        tried += 1
        found.add(refused(check, wrong))
    assert tried > 200
    parts = ("draw_id", "pool_root", "seed", "dropped", "walk", "taken", "reserves")
    assert found == {("transcript_part", part) for part in parts} | {
        ("shape", "transcript"),
        ("shape", "rules"),
        ("shape", "constraint"),
        ("shape", "candidate"),
        ("constraint", None),
        ("contributors", None),
        ("draw_secret", None),
        ("drop_order", None),
        ("pool_twice", None),
        ("rules_twice", None),
        ("transcript_leaf", None),
    }


@pytest.mark.parametrize("body", [None, [], "x", {}, {"v": 1}])
def test_what_is_no_transcript_is_refused(body: Any) -> None:
    assert refused(check, body) == ("shape", "transcript")


def test_an_applicants_record_has_exactly_its_keys() -> None:
    rules = rules_of(pool="applicants")
    record = {"author": "00" * 32, "application": "11" * 32, "identity": "22" * 32}
    record |= {"red": False, "excluded": None}
    good = draw(rules, contributed(rules), Pool([(record, bytes(32))]))
    check(loads(written(good)))
    for wrong in ({**record, "more": 1}, {**record, "excluded": "UNLOVED"}):
        bad = draw(rules, contributed(rules), Pool([(wrong, bytes(32))]))
        assert refused(check, loads(written(bad))) == ("shape", "applicant")


def test_a_registered_record_has_at_least_its_keys() -> None:
    rules = rules_of()
    record = {"id": "a", "red": False, "excluded": ""}
    bad = draw(rules, contributed(rules), Pool([(record, bytes(32))]))
    assert refused(check, loads(written(bad))) == ("shape", "candidate")


def test_a_transcript_is_tied_to_the_ledger() -> None:
    done = a_draw()
    body = loads(written(done))
    logged = {
        row["role"]: {key: row[key] for key in ("index", "commit", "envelope")}
        for row in done.contributions
    }
    good = {
        "rules": done.rules,
        "contributed": logged,
        "freeze_index": 5,
        "freeze_sha256": sha256(b"freeze").hex(),
        "decided_index": 9,
    }
    must_be_tied(body, **good)
    owner = {**logged["owner"], "index": 77}
    zero = {**owner, "index": 0, "commit": "00" * 32}
    for part, wrong in (
        ("rules", {"rules": rules_of(take=2)}),
        ("contribution of owner", {"contributed": {**logged, "owner": owner}}),
        ("contribution of owner", {"contributed": {**logged, "owner": zero}}),
        ("contributors", {"contributed": {}}),
        ("contributors", {"contributed": {**logged, "trustee:x": owner}}),
        ("freeze", {"freeze_index": 6}),
        ("freeze", {"freeze_sha256": "00" * 32}),
        ("result_index", {"decided_index": 10}),
    ):
        tied = partial(must_be_tied, body, **{**good, **wrong})
        assert refused(tied) == ("transcript_tie", part)


def test_the_first_reserve_that_fits_moves_up_and_nobody_else() -> None:
    done = a_draw(constraints=[R1], drop_order=[])
    start = Standings(done.walk.taken, done.walk.reserves)
    gone = done.walk.taken[1]
    row = {"leaf": gone.hex(), "cause": "DECLINED", "evidence": None}
    after = moved(done.rules, [], done.pool, start, [row])
    beside = [done.pool.record(leaf) for leaf in start.taken if leaf != gone]
    follower = next(
        leaf
        for leaf in start.reserves
        if done.pool.record(leaf)["employer"] not in {one["employer"] for one in beside}
    )
    assert after.taken == [start.taken[0], start.taken[2], follower]
    assert after.reserves == [leaf for leaf in start.reserves if leaf != follower]


def test_a_reserve_that_breaks_a_constraint_stays_where_it_is() -> None:
    records = [{"red": False, "excluded": None, "employer": one} for one in (1, 2, 1, 2, 3)]
    pool = pool_from(records)
    by_employer = {}
    for leaf in pool.leaves:
        by_employer.setdefault(pool.record(leaf)["employer"], []).append(leaf)
    (one, one_too), (two, two_too), (three,) = (by_employer[n] for n in (1, 2, 3))
    start = Standings([one, two], [one_too, two_too, three])
    rules = rules_of(constraints=[R1])
    move = {"leaf": two.hex(), "cause": "CONFLICT", "evidence": "00" * 32}
    assert moved(rules, [], pool, start, [move]) == Standings([one, two_too], [one_too, three])
    assert moved(rules, ["R1"], pool, start, [move]).taken == [one, one_too]


def test_reserves_can_leave_and_run_out() -> None:
    done = a_draw(4, constraints=[], drop_order=[])
    start = Standings(done.walk.taken, done.walk.reserves)
    rows = [
        {"leaf": leaf.hex(), "cause": "DECLINED", "evidence": None}
        for leaf in (*start.reserves, start.taken[0])
    ]
    after = moved(done.rules, [], done.pool, start, rows)
    assert after == Standings(start.taken[1:], [])
    twice = [*rows, rows[-1]]
    assert refused(moved, done.rules, [], done.pool, start, twice) == ("move", None)


def test_moves_come_back() -> None:
    rows = [
        {"leaf": "00" * 32, "cause": "DECLINED", "evidence": None},
        {"leaf": "11" * 32, "cause": "AVOIDED", "evidence": "22" * 32},
    ]
    assert read_moves(moves(rows)) == rows
    assert read_moves(moves([])) == []
    for wrong in (
        [{}],
        [{**rows[0], "cause": ""}],
        [{**rows[0], "leaf": "x"}],
        [{**rows[0], "evidence": "00"}],
    ):
        assert refused(moves, wrong) == ("shape", "moves")
    assert refused(read_moves, dumps(rows)) == ("shape", "moves")


@settings(max_examples=40)
@given(st.data())
def test_after_any_moves_nobody_is_in_two_places(data: Any) -> None:
    done = a_draw(constraints=[R1], drop_order=[])
    start = Standings(done.walk.taken, done.walk.reserves)
    everybody = {*start.taken, *start.reserves}
    leaving = data.draw(st.lists(st.sampled_from(sorted(everybody)), unique=True))
    rows = [{"leaf": leaf.hex(), "cause": "X", "evidence": None} for leaf in leaving]
    after = start
    for row in rows:
        if bytes.fromhex(row["leaf"]) in {*after.taken, *after.reserves}:
            after = moved(done.rules, [], done.pool, after, [row])
    assert not set(after.taken) & set(after.reserves)
    assert not {*after.taken, *after.reserves} & set(leaving)
    employers = [done.pool.record(leaf)["employer"] for leaf in after.taken]
    assert len(set(employers)) == len(employers)
