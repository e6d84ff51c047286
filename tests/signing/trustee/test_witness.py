"""What a witness cosigns, and what it never does."""

from dataclasses import replace

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as some

from signing.core.errors import Refused
from signing.log import checkpoint, tiles
from signing.log.note import parse
from signing.trustee.witness import new_entries, witness
from tests.signing.trustee.city import Round
from tests.signing.trustee.town import Town


def fetched(town: Town, path: str) -> bytes:
    return town.city.tiles[path]


def cosigned(town: Town) -> dict[str, str]:
    lines = town.city.notes[-1].lines
    return {one.name: one.name for one in lines if one.name != town.city.anchors.origin}


def test_every_tree_is_cosigned_once_it_is_stored(town: Town, lot: Round) -> None:
    for number in range(600):
        town.city.record("note", "x", {"n": number})
    town.turn()
    ledger = town.trustee().memory.ledger
    assert ledger.size == len(town.city.entries) > 2 * tiles.WIDTH
    assert checkpoint.has_quorum(town.city.notes[-1], town.city.anchors.witnesses)
    assert len(cosigned(town)) == 3
    for size in (0, 1, 255, 256, 257, ledger.size):
        over = checkpoint.read_text(town.city.note_over(town.city.entries[:size]).text)
        assert ledger.root_at(size) == over.root


def test_a_fork_is_kept_from_both_sides_and_never_cosigned(town: Town, lot: Round) -> None:
    town.turn()
    true = town.city.notes[-1]
    town.city.entries[0] = town.city.entries[0].replace(b'"by":"x"', b'"by":"y"')
    town.city.notes.clear()
    town.city.tiles.clear()
    town.city.record("note", "x", {})
    town.turn(times=2)
    alarms = [one for one in town.city.alarms if one.trustee == "regulator"]
    assert [(one.code, one.grave) for one in alarms] == [("fork", True)]
    assert parse(alarms[0].evidence[0]).text == true.text
    assert parse(alarms[0].evidence[1]) == town.city.notes[-1]
    assert cosigned(town) == {}
    assert town.trustee().memory.ledger.size == len(town.city.entries) - 1


def test_a_fork_of_the_same_size(town: Town, lot: Round) -> None:
    town.turn()
    town.city.entries[1] = town.city.entries[1].replace(b'"by":"x"', b'"by":"y"')
    town.city.notes.clear()
    town.city.tiles.clear()
    town.turn()
    assert set(town.codes()) == {"fork"}
    assert cosigned(town) == {}


def test_a_shorter_tree_is_told_and_never_cosigned(town: Town, lot: Round) -> None:
    town.turn()
    town.city.entries = town.city.entries[:-2]
    town.city.notes.clear()
    town.city.tiles.clear()
    town.turn(times=2)
    assert town.codes("notary") == ["shorter_tree"]
    assert all(len(one.evidence) == 2 and one.grave for one in town.city.alarms)
    assert cosigned(town) == {}


def test_a_checkpoint_of_another_log(town: Town, lot: Round) -> None:
    town.turn()
    size = town.trustee().memory.ledger.size
    town.city.log = Ed25519PrivateKey.generate()
    town.city.record("note", "x", {})
    town.turn()
    assert set(town.codes()) == {"checkpoint"}
    assert town.trustee().memory.ledger.size == size


def test_entries_that_do_not_give_the_root_are_not_kept(town: Town, lot: Round) -> None:
    town.turn()
    city, trustee = town.city, town.trustee()
    size = trustee.memory.ledger.size
    city.record("note", "x", {})
    note = city.publish()
    path = tiles.Tile(None, 0, len(city.entries)).path
    others = tiles.bundle([*city.entries[:-1], b"{}"])
    with pytest.raises(Refused) as refusal:
        witness(trustee, str(note), lambda _: others, city.now)
    assert refusal.value.code == "fork"
    assert trustee.memory.ledger.size == size
    assert trustee.memory.said("cosignature", str(len(city.entries))) is None
    with pytest.raises(Refused) as refusal:
        witness(trustee, str(note), lambda _: tiles.bundle(city.entries[:-1]), city.now)
    assert refusal.value.code == "bundle"
    assert witness(trustee, str(note), lambda _: city.tiles[path], city.now) == size + 1


def test_a_failure_half_way_leaves_nothing_behind(town: Town, lot: Round) -> None:
    town.turn()
    city, trustee = town.city, town.trustee()
    size = trustee.memory.ledger.size
    for number in range(300):
        city.record("note", "x", {"n": number})
    note = city.publish()

    def breaks(path: str) -> bytes:
        if "001" in path:
            raise httpx2.ReadTimeout("gone")
        return city.tiles[path]

    with pytest.raises(httpx2.ReadTimeout):
        witness(trustee, str(note), breaks, city.now)
    assert trustee.memory.ledger.size == size
    assert witness(trustee, str(note), city.tiles.__getitem__, city.now) == len(city.entries)


def test_asked_again_the_same_line_is_sent_again(town: Town, lot: Round) -> None:
    town.turn(times=2)
    bare = replace(town.city.notes[-1], lines=town.city.notes[-1].lines[:1])
    before = town.city.notes[-1].lines
    town.city.notes[-1] = bare
    town.turn(times=2)
    assert set(town.city.notes[-1].lines) == set(before)


@given(
    known=some.integers(min_value=0, max_value=700), more=some.integers(min_value=0, max_value=700)
)
def test_new_entries_are_exactly_the_new_ones(known: int, more: int) -> None:
    entries = [str(number).encode() for number in range(known + more)]
    shelf: dict[str, bytes] = {}
    tiles.extend(shelf.__getitem__, shelf.__setitem__, 0, entries)
    assert list(new_entries(shelf.__getitem__, known, known + more)) == entries[known:]
