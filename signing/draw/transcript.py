"""The transcript: a draw in one file that anybody can compute again (PROTOCOL.md §6.7).

`draw` runs it, `transcript` writes it (streaming, whatever the pool's size), `check` computes it
again from the file alone and `must_be_tied` holds it against the ledger. Whether the pool is that
of the opened applications is compared with `signing.ways.applications`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from signing.core.canonical import Json, JsonObject, around, dumps_with, unhex
from signing.core.errors import Refused
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_flag,
    is_natural,
    is_text,
    list_of,
    must_have,
    nullable,
)
from signing.draw import contributions as parts
from signing.draw.pool import Pool
from signing.draw.rules import draw_id, must_be_rules
from signing.draw.walk import Walk, walk

EXCLUDED: Final = ("UNREADABLE", "BAD_PAYLOAD", "OVER_CONTROL_PRICE")
"""Why an application that was opened cannot be chosen (closed list)."""

_IS_HASH = hex_of(32)
_ITEM: Shape = {
    "leaf": _IS_HASH,
    "record": lambda value: isinstance(value, dict),
    "salt": _IS_HASH,
}
_STEP: Shape = {
    "stratum": is_text,
    "leaf": _IS_HASH,
    "ticket": _IS_HASH,
    "passed_over": nullable(is_text),
}
_TRANSCRIPT: Shape = {
    "v": exactly(1),
    "rules": lambda value: isinstance(value, dict),
    "draw_id": _IS_HASH,
    "contributions": list_of(fits(parts.CONTRIBUTION)),
    "freeze": fits({"index": is_natural, "sha256": _IS_HASH}),
    "pool": list_of(fits(_ITEM)),
    "pool_root": _IS_HASH,
    "seed": _IS_HASH,
    "dropped": list_of(is_text),
    "walk": list_of(fits(_STEP)),
    "taken": list_of(_IS_HASH),
    "reserves": list_of(_IS_HASH),
    "result_index": is_natural,
}
_APPLICANT: Shape = {
    "author": _IS_HASH,
    "application": _IS_HASH,
    "identity": _IS_HASH,
    "red": is_flag,
    "excluded": exactly(None, *EXCLUDED, "NOT_BEST"),
}
_EXACT: Mapping[str, Shape] = {"applicants": _APPLICANT}  # whoever else is drawn may say more
_REGISTERED: Shape = {"id": is_text, "red": is_flag, "excluded": nullable(is_text)}


@dataclass(frozen=True)
class Draw:
    """A draw that was run: everything of the transcript but its ties to the ledger."""

    rules: JsonObject
    contributions: list[JsonObject]
    pool: Pool
    draw_id: bytes
    seed: bytes
    walk: Walk

    @property
    def failed(self) -> bool:
        """True if fewer were found than the rules take: logged, nobody is chosen."""
        return len(self.walk.taken) < int(self.rules["take"])


def draw(rules: JsonObject, contributions: Sequence[JsonObject], pool: Pool) -> Draw:
    """Run a draw; `contributions` are rows {role, commit, envelope, secret, index}.

    Refuses rules or contributions that do not hold.
    """
    must_be_rules(rules)
    identity = draw_id(rules)
    rows = sorted(contributions, key=lambda row: str(row["role"]).encode())
    parts.must_be_whole(rules, rows, identity)
    secrets = {row["role"]: unhex(row["secret"], 32) for row in rows}
    seed = parts.seed(identity, pool.root, secrets)
    return Draw(rules, rows, pool, identity, seed, walk(rules, seed, pool))


def transcript(
    done: Draw, *, freeze_index: int, freeze_sha256: str, result_index: int
) -> Iterator[bytes]:
    """Give the bytes of `draws/<name>.json`, piece by piece."""
    body = _body(done, freeze_index, freeze_sha256, result_index)
    return dumps_with(body, "pool", done.pool.items())


def around_pool(
    done: Draw, *, freeze_index: int, freeze_sha256: str, result_index: int
) -> tuple[bytes, bytes]:
    """Give what stands before and after the pool, for whoever has its members written already."""
    return around(_body(done, freeze_index, freeze_sha256, result_index), "pool")


def _body(done: Draw, freeze_index: int, freeze_sha256: str, result_index: int) -> JsonObject:
    body = {
        "v": 1,
        "rules": done.rules,
        "contributions": done.contributions,
        "freeze": {"index": freeze_index, "sha256": freeze_sha256},
        "result_index": result_index,
    }
    return body | _outcome(done)


def check(body: Json) -> Draw:
    """Compute a parsed transcript again; `Refused` names the first part that does not hold."""
    must_have("transcript", body, _TRANSCRIPT)
    rules = must_be_rules(body["rules"])
    pool = Pool(_candidates(rules, body["pool"]))
    for item, leaf in zip(body["pool"], pool.leaves, strict=True):
        if item["leaf"] != leaf.hex():
            said = "transcript: leaf {leaf} is not its record's, or not in order"
            raise Refused("transcript_leaf", said, leaf=item["leaf"])
    done = draw(rules, body["contributions"], pool)
    for key, value in _outcome(done).items():
        if body[key] != value:
            raise Refused("transcript_part", "transcript: {part} is not what follows", part=key)
    return done


def must_be_tied(
    body: JsonObject,
    *,
    rules: JsonObject,
    contributed: Mapping[str, JsonObject],
    freeze_index: int,
    freeze_sha256: str,
    decided_index: int,
) -> None:
    """Refuse a checked transcript that the ledger does not bear out.

    `rules` from the publication entry, `contributed` {role: {index, commit, envelope}} from the
    `contributed` entries, the rest from the freeze and the decision entry.
    """
    said = {row["role"]: row for row in body["contributions"]}
    ties: dict[str, tuple[Json, Json]] = {
        "rules": (body["rules"], rules),
        "freeze": (body["freeze"], {"index": freeze_index, "sha256": freeze_sha256}),
        "result_index": (body["result_index"], decided_index),
        "contributors": (sorted(said), sorted(contributed)),
    }
    ties |= {
        f"contribution of {role}": ({key: said[role][key] for key in logged}, logged)
        for role, logged in contributed.items()
        if role in said
    }
    for part, (ours, logged) in ties.items():
        if ours != logged:
            raise Refused("transcript_tie", "transcript: {part} is not what is logged", part=part)


def _candidates(
    rules: JsonObject, items: Sequence[JsonObject]
) -> Iterator[tuple[JsonObject, bytes]]:
    for item in items:
        record = item["record"]
        if rules["pool"] in _EXACT:
            must_have("applicant", record, _EXACT[rules["pool"]])
        else:
            known = {key: record[key] for key in _REGISTERED if key in record}
            must_have("candidate", known, _REGISTERED)
        yield record, unhex(item["salt"])


def _outcome(done: Draw) -> JsonObject:
    return {
        "draw_id": done.draw_id.hex(),
        "pool_root": done.pool.root.hex(),
        "seed": done.seed.hex(),
        "dropped": done.walk.dropped,
        "walk": done.walk.steps,
        "taken": [leaf.hex() for leaf in done.walk.taken],
        "reserves": [leaf.hex() for leaf in done.walk.reserves],
    }
