"""Publishing cut off anywhere is repeated; a witness's line counts under our own tree only."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from market.audit import ledger
from market.audit.models import Checkpoint, LedgerEntry
from market.audit.publish import (
    LogFolder,
    add_line,
    date_quorums,
    latest,
    publish,
    published_size,
    witnessed_by,
    witnessed_note,
)
from market.infra.db import use_case
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError
from signing.log import checkpoint as checkpoints
from signing.log import note, tree
from signing.log.anchors import Anchors, Fellow
from signing.trustee.wire import Cosignature
from tests.factories.asked import statements
from tests.factories.city import TestCity
from tests.factories.said import Said

NAMES = (("regulator", False), ("notary", False), ("platform", True))


@use_case
async def grow(call: Call, count: int) -> None:
    for number in range(count):
        await ledger.record(call, Said(number=number), about="test:1")


def published(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


async def must_be_the_ledger(city: TestCity, size: int) -> None:
    found = checkpoints.read_text(note.parse((city.tools.log / "checkpoint").read_text()).text)
    leaves = [bytes(row.leaf) for row in await LedgerEntry.all().order_by("index")]
    assert (found.size, found.root) == (size, tree.root(leaves[:size]))
    nodes = LogFolder(city.tools.log).nodes(size)
    assert tree.Frontier.over(nodes, size).root() == found.root


async def test_publishing_again_changes_nothing(city: TestCity) -> None:
    await grow(city.call(), 300)
    assert await publish(city.call()) == 300
    before = published(city.tools.log)
    city.clock.forward(hours=1)
    assert await publish(city.call()) == 300
    assert published(city.tools.log) == before
    assert await Checkpoint.all().count() == 1
    await must_be_the_ledger(city, 300)


async def test_an_empty_ledger_publishes_nothing(city: TestCity) -> None:
    assert await publish(city.call()) == 0
    assert published(city.tools.log) == {}
    assert await latest() is None


async def test_it_may_be_cut_off_at_any_write(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(city.call(), 250)
    await publish(city.call())
    await grow(city.call(), 300)
    real, writes = LogFolder.write, 0
    for allowed in range(20):
        left = allowed

        def write(self: LogFolder, path: str, data: bytes) -> None:
            nonlocal left, writes
            if not left:
                raise OSError("the power fails")
            left, writes = left - 1, writes + 1
            real(self, path, data)

        monkeypatch.setattr(LogFolder, "write", write)
        try:
            await publish(city.call())
        except OSError:
            assert published_size(city.tools) == 250
            await must_be_the_ledger(city, 250)
        else:
            break
    assert writes > 20
    assert left == 0
    await must_be_the_ledger(city, 550)
    rows = await Checkpoint.all().order_by("size")
    assert [row.size for row in rows] == [250, 550]
    assert rows[-1].note == (city.tools.log / "checkpoint").read_text()


def trusted(city: TestCity) -> tuple[Call, dict[str, Ed25519PrivateKey]]:
    """A call in a city with three witnesses, and their keys."""
    keys = {name: Ed25519PrivateKey.generate() for name, _ in NAMES}
    fellows = tuple(
        Fellow(name, f"x.example/{name}", n * "0" + "1" * (64 - n), hexed(keys[name]), platform)
        for n, (name, platform) in enumerate(NAMES)
    )
    ours = city.tools.anchors
    anchors = Anchors(ours.origin, ours.log, ours.platform, 2, fellows)
    return replace(city.call(), tools=replace(city.tools, anchors=anchors)), keys


def hexed(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def line(
    name: str, key: Ed25519PrivateKey, found: checkpoints.Checkpoint, at: int = 1_800_000_000
) -> Cosignature:
    written = checkpoints.cosign(key, f"x.example/{name}", found.text, at)
    return Cosignature(name, found, written, at)


async def newest() -> checkpoints.Checkpoint:
    row = await latest()
    assert row is not None
    return checkpoints.read_text(note.parse(row.note).text)


async def test_the_independent_majority_makes_a_checkpoint_witnessed(city: TestCity) -> None:
    call, keys = trusted(city)
    await grow(call, 3)
    await publish(call)
    found = await newest()
    assert not await add_line(call, line("platform", keys["platform"], found))
    assert not await add_line(call, line("regulator", keys["regulator"], found))
    assert not await add_line(call, line("regulator", keys["regulator"], found))
    assert await latest(witnessed=True) is None
    assert await add_line(call, line("notary", keys["notary"], found))
    text = (city.tools.log / "checkpoint").read_text()
    assert call.tools.anchors.witnessed(note.parse(text)) == found
    assert await witnessed_note(2) == text
    assert await witnessed_note(3) is None


async def test_a_late_line_stays_with_its_checkpoint(city: TestCity) -> None:
    call, keys = trusted(city)
    await grow(call, 3)
    await publish(call)
    old = await newest()
    await grow(call, 1)
    await publish(call)
    shown = (city.tools.log / "checkpoint").read_text()
    await add_line(call, line("regulator", keys["regulator"], old))
    assert await add_line(call, line("notary", keys["notary"], old))
    assert (city.tools.log / "checkpoint").read_text() == shown
    row = await latest(witnessed=True)
    assert row is not None
    assert (row.size, sorted(row.lines)) == (
        3,
        [call.tools.city.origin, "x.example/notary", "x.example/regulator"],
    )


HOUR = 1_800_000_000
SAID = st.tuples(st.integers(1, 8), st.sampled_from(NAMES), st.integers(0, 9) | st.just(2**63))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(SAID, max_size=24), untimed=st.sets(st.integers(1, 8)))
async def test_what_the_quorum_had_seen_is_found_as_its_lines_tell(
    city: TestCity, said: list[tuple[int, tuple[str, bool], int]], untimed: set[int]
) -> None:
    """In any order of witnesses, clocks and trees; and under what the first version left."""
    call, keys = trusted(city)
    await Checkpoint.all().delete()
    trees = {
        n: checkpoints.Checkpoint(call.tools.anchors.origin, n, bytes(32)) for n in range(1, 9)
    }
    for size, found in trees.items():
        text = str(checkpoints.sign(Ed25519PrivateKey.generate(), found))
        await Checkpoint.create(size=size, note=text, lines=[], at=call.now)
    for size, (name, _), later in said:
        await add_line(call, line(name, keys[name], trees[size], HOUR + later))
    await Checkpoint.filter(size__in=list(untimed)).update(quorum_at=None)
    await date_quorums(call.tools)
    notes = {row.size: note.parse(row.note) for row in await Checkpoint.all()}
    seen = {n: checkpoints.quorum_at(notes[n], call.tools.anchors.witnesses) for n in trees}
    for later, most in product(range(10), (3, 8)):
        at = datetime.fromtimestamp(HOUR + later + 0.5, UTC)
        fitting = [n for n, when in seen.items() if n <= most and when and when <= HOUR + later]
        with statements() as asked:
            row = await witnessed_by(at, size__lte=most)
        assert (row.size if row else None) == max(fitting, default=None)
        assert len(asked) == 1


@pytest.mark.parametrize("change", [{"size": 4}, {"size": 2}, {"root": bytes(32)}, {"origin": "o"}])
async def test_a_line_under_a_tree_that_is_not_ours_is_refused(
    city: TestCity, change: dict[str, object]
) -> None:
    call, keys = trusted(city)
    await grow(call, 3)
    await publish(call)
    other = replace(await newest(), **change)  # type: ignore[arg-type]  # each field on its own
    with pytest.raises(MarketError) as refused:
        await add_line(call, line("notary", keys["notary"], other))
    assert (refused.value.key, refused.value.kind) == ("audit.unknown_checkpoint", Kind.CONFLICT)
    assert (await Checkpoint.get()).lines == []
