"""A draw recomputed in the browser: the vectors hold, every changed byte is found and named."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from signing.core.canonical import dumps
from signing.draw import contributions, pool, rules, transcript
from signing.ways import ranking
from tests.browser.conftest import vector

Run = Callable[..., Awaitable[dict[str, Any]]]
pytestmark = pytest.mark.browser

RECHECK = """const steps = [];
const text = (bytes) => new TextEncoder().encode(bytes);
const ranking = given.ranking ? text(given.ranking) : null;
const published = {expected: given.expected ?? null, ranking};
for await (const step of lib.recheck(text(given.text), published)) steps.push(step);
return steps;"""
STEPS = [
    "bytes", "form", "draw_id", "secrets", "records", "pool_root", "seed", "tickets", "walk",
    "result",
]  # fmt: skip
# What only the ledger can tell; the transcript's hash in the decision entry covers it.
UNTIED = {"freeze", "result_index"}


def _text(body: Any) -> str:
    return dumps(body).decode()


async def _steps(run: Run, **given: Any) -> dict[str, dict[str, Any]]:
    return {step["step"]: step for step in (await run("check", RECHECK, given))["value"]}


def _failed(steps: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    return [(name, step["code"]) for name, step in steps.items() if not step["ok"]]


@pytest.mark.parametrize("name", ["draw", "draw_dropped"])
async def test_the_vectors_hold(run: Run, name: str) -> None:
    text = _text(vector(name))
    steps = await _steps(run, text=text, expected=hashlib.sha256(text.encode()).hexdigest())
    assert list(steps) == STEPS
    assert _failed(steps) == []
    assert steps["walk"]["facts"]["count"] == len(vector(name)["pool"])
    first = pool.position_code(
        [p["leaf"] for p in vector(name)["pool"]].index(vector(name)["taken"][0])
    )
    assert steps["result"]["facts"]["taken"].startswith(first)


def _change(body: dict[str, Any], path: list[Any]) -> None:
    for key in path[:-1]:
        body = body[key]
    old = body[path[-1]]
    if isinstance(old, bool):
        body[path[-1]] = not old
    elif isinstance(old, int):
        body[path[-1]] = old + 1
    elif old is None:
        body[path[-1]] = "R1"
    else:
        body[path[-1]] = ("1" if old[:1] == "0" else "0") + old[1:]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["draw_id"], "draw_id"),
        (["rules", "take"], "draw_id"),
        (["rules", "subject"], "draw_id"),
        (["contributions", 0, "secret"], "secrets"),
        (["contributions", 1, "commit"], "secrets"),
        (["contributions", 2, "role"], "secrets"),
        (["pool", 3, "salt"], "records"),
        (["pool", 0, "record", "red"], "records"),
        (["pool", 5, "record", "employer"], "records"),
        (["pool", 2, "record", "excluded"], "records"),
        (["pool", 4, "leaf"], "records"),
        (["pool_root"], "pool_root"),
        (["seed"], "seed"),
        (["walk", 0, "ticket"], "tickets"),
        (["walk", 1, "leaf"], "tickets"),
        (["walk", 0, "passed_over"], "walk"),
        (["taken", 0], "result"),
        (["reserves", 0], "result"),
    ],
    ids=lambda part: ".".join(map(str, part)) if isinstance(part, list) else part,
)
async def test_a_change_is_found_where_it_lies(run: Run, path: list[Any], place: str) -> None:
    body = vector("draw")
    _change(body, path)
    failed = _failed(await _steps(run, text=_text(body)))
    assert failed[0][0] == place


async def test_steps_name_the_party_the_leaf_and_the_place(run: Run) -> None:
    body = vector("draw")
    body["contributions"][1]["secret"] = "0" * 64
    assert (await _steps(run, text=_text(body)))["secrets"]["facts"] == {"role": "trustee:notary"}
    body = vector("draw")
    body["pool"][3]["salt"] = "0" * 64
    facts = (await _steps(run, text=_text(body)))["records"]["facts"]
    assert facts == {"leaf": body["pool"][3]["leaf"]}
    body = vector("draw")
    body["walk"][2]["passed_over"] = "R2"
    assert (await _steps(run, text=_text(body)))["walk"]["facts"] == {"place": 3}


@pytest.mark.parametrize("key", sorted(set(vector("draw")) - UNTIED))
async def test_what_is_missing_or_of_another_kind_fails_a_step(run: Run, key: str) -> None:
    for hostile in (None, 7, "x", [], {}, [None], [{}]):
        body = vector("draw") | {key: hostile}
        if hostile != [] or vector("draw")[key] != []:
            assert _failed(await _steps(run, text=_text(body))), (key, hostile)
    body = vector("draw")
    del body[key]
    assert _failed(await _steps(run, text=_text(body)))


async def test_dropping_swapping_and_doubling_a_candidate_are_found(run: Run) -> None:
    for spoil in (
        lambda items: items.pop(4),
        lambda items: items.append(items[0]),
        lambda items: items.reverse(),
    ):
        body = vector("draw")
        spoil(body["pool"])
        failed = dict(_failed(await _steps(run, text=_text(body))))
        assert failed.get("records") == "pool_order" or "pool_root" in failed


async def test_every_flipped_byte_breaks_the_fingerprint_or_the_form(run: Run) -> None:
    text = _text(vector("draw_dropped"))
    body = """const stored = new TextEncoder().encode(given.text);
    const missed = [];
    for (let at = given.from; at < stored.length; at += 97) {
      const bytes = stored.slice();
      bytes[at] ^= 1;
      let failed = 0;
      for await (const {ok} of lib.recheck(bytes, {expected: given.expected})) failed += !ok;
      if (!failed) missed.push(at);
    }
    return missed;"""
    digest = hashlib.sha256(text.encode()).hexdigest()
    given = {"text": text, "expected": digest, "from": 13}
    assert (await run("check", body, given)) == {"value": []}


async def test_bytes_that_are_not_canonical_are_refused(run: Run) -> None:
    body = vector("draw")
    assert _failed(await _steps(run, text=json.dumps(body))) == [("form", "not_canonical")]
    assert _failed(await _steps(run, text="nothing")) == [("form", "syntax")]


async def test_an_erased_record_is_said_and_not_guessed(run: Run) -> None:
    body = vector("draw")
    body["pool"][3]["record"] = None
    failed = dict(_failed(await _steps(run, text=_text(body))))
    assert failed == {"walk": "erased", "result": "unwalked"}


def _price_round() -> tuple[str, str]:
    """A price round of six, two of them at the best price, by `signing`."""
    plain = {
        "v": 1, "subject": "round:DZ-2026-000322", "attempt": 1, "take": 1, "reserves": 5,
        "pool": "applicants", "strata": ["all"], "constraints": [], "drop_order": [],
        "contributors": ["owner"], "salt_key_commit": None,
    }  # fmt: skip
    identity = rules.draw_id(plain)
    secret = bytes(range(32))
    row = {
        "role": "owner",
        "commit": contributions.draw_commit("owner", identity, secret).hex(),
        "envelope": "0" * 64,
        "secret": secret.hex(),
        "index": 0,
    }
    prices = [700, 500, 500, 900, None, 650]
    candidates, fens = [], {}
    for number, price in enumerate(prices):
        excluded = "UNREADABLE" if price is None else None if price == 500 else "NOT_BEST"
        name = f"{number:064x}"
        record = {
            "author": name, "application": name, "identity": name, "red": False,
            "excluded": excluded,
        }  # fmt: skip
        salt = bytes([number]) * 32
        candidates.append((record, salt))
        if price is not None:
            fens[pool.candidate_leaf(dumps(record), salt)] = price
    done = transcript.draw(plain, [row], pool.Pool(iter(candidates)))
    text = b"".join(
        transcript.transcript(done, freeze_index=1, freeze_sha256="0" * 64, result_index=2)
    )
    ranked = ranking.ranking("round:DZ-2026-000322/1", done.seed, fens)
    return text.decode(), ranked.decode()


async def test_a_price_round_of_signing_holds_with_its_ranking(run: Run) -> None:
    text, ranked = _price_round()
    steps = await _steps(run, text=text, ranking=ranked)
    assert _failed(steps) == []
    assert steps["ranking"]["facts"] == {"count": 5}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda body: body.update(about="round:X/1"), "ranking_about"),
        (lambda body: body["entries"].pop(), "ranking_names"),
        (lambda body: body["entries"].append(body["entries"][0]), "ranking_names"),
        (lambda body: body["entries"].reverse(), "ranking_order"),
        (lambda body: body["entries"][0].update(ticket="0" * 64), "ranking_order"),
        (lambda body: body["entries"][1].update(price_fen=501), "ranking_best"),
        (lambda body: body["entries"][4].update(price_fen=0), "ranking_names"),
    ],
)
async def test_a_changed_ranking_is_named(run: Run, spoil: Callable[[Any], Any], code: str) -> None:
    text, ranked = _price_round()
    body = json.loads(ranked)
    spoil(body)
    failed = _failed(await _steps(run, text=text, ranking=_text(body)))
    assert failed == [("ranking", code)]


async def test_a_hundred_thousand_candidates_are_walked(run: Run) -> None:
    """No timing here: only that nothing in it grows beyond the page's reach."""
    body = """const rules = {v: 1, subject: "round:X", attempt: 1, take: 1, reserves: 5,
      pool: "qualified", strata: ["all"], constraints: [], drop_order: [], contributors: ["owner"],
      salt_key_commit: null};
    const salt = "00".repeat(32), pool = [];
    for (let n = 0; n < given; n += 1) {
      const record = {id: String(n), region: "511702", red: false, employer: n, excluded: null};
      const leaf = lib.tagged("draw-candidate", bytes(salt), lib.dumps(record));
      pool.push({leaf: lib.hex(leaf), record, salt});
    }
    pool.sort((left, right) => (left.leaf < right.leaf ? -1 : 1));
    const transcript = {v: 1, rules, draw_id: salt, contributions: [], freeze: {}, pool,
      pool_root: salt, seed: salt, dropped: [], walk: [], taken: [], reserves: [], result_index: 0};
    const ended = {};
    for await (const {step, code} of lib.recheck(lib.dumps(transcript))) ended[step] = code;
    return ended;"""
    ended = (await run("check", body, 100_000))["value"]
    assert ended["records"] is None
    assert ended["walk"] == "walk"
