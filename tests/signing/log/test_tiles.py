from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.core.errors import Refused
from signing.log import tiles, tree

ENTRIES = [b"entry %d" % n for n in range(66_000)]
LEAVES = [tree.leaf_hash(entry) for entry in ENTRIES]


def written(steps: Any) -> Any:
    files, size = {}, 0
    for step in steps:
        size = tiles.extend(files.__getitem__, files.__setitem__, size, ENTRIES[size : size + step])
    return files, size


@pytest.fixture(scope="module")
def grown() -> Any:
    return written([1, 254, 1, 1, 300, 0, 65_000, 400])


def test_tiles_prove_what_the_leaves_prove(grown: Any) -> None:
    files, size = grown
    from_tiles = tiles.nodes(files.__getitem__, size)
    in_memory = tree.in_memory(LEAVES[:size])
    for index in (0, 1, 255, 256, 257, 65_535, 65_536, size - 1):
        assert tree.inclusion(from_tiles, index, size) == tree.inclusion(in_memory, index, size)
        assert tree.consistency(from_tiles, index, size) == tree.consistency(in_memory, index, size)
    assert tree.Frontier.over(from_tiles, size).root() == tree.root(LEAVES[:size])


def test_bundles_give_the_entries_back(grown: Any) -> None:
    files, size = grown
    entries = []
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        entries += tiles.read_bundle(files[tiles.Tile(None, number, width).path])
    assert entries == ENTRIES[:size]


def test_there_are_the_files_that_the_format_names(grown: Any) -> None:
    files, size = grown
    assert size == 65_957
    assert {
        "tile/0/000",
        "tile/0/000.p/1",
        "tile/0/257.p/165",
        "tile/entries/257.p/165",
    } <= files.keys()
    assert {"tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"} <= files.keys()
    assert len(files["tile/1/000"]) == 8192
    assert files["tile/2/000.p/1"] == tree.root(LEAVES[:65_536])


def test_a_cut_off_writer_begins_again() -> None:
    files, size = written([700])
    again = dict(files)
    tiles.extend(again.__getitem__, again.__setitem__, 0, ENTRIES[:500])
    assert tiles.extend(again.__getitem__, again.__setitem__, 500, ENTRIES[500:700]) == size
    assert files.items() <= again.items()


@settings(max_examples=25)
@given(st.lists(st.integers(0, 600), max_size=5))
def test_the_way_it_grew_does_not_show(steps: Any) -> None:
    files, size = written(steps)
    whole, _ = written([size])
    assert whole.items() <= files.items()


def test_a_missing_or_short_tile_is_named() -> None:
    files, size = written([300])
    short = files | {"tile/0/000": files["tile/0/000"][:-32]}
    with pytest.raises(Refused) as refusal:
        tree.inclusion(tiles.nodes(short.__getitem__, size), 5, size)
    assert refusal.value.facts["path"] == "tile/0/000"


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (tiles.Tile(0, 0), "tile/0/000"),
        (tiles.Tile(7, 999), "tile/7/999"),
        (tiles.Tile(0, 1_234_067, 8), "tile/0/x001/x234/067.p/8"),
        (tiles.Tile(None, 1_000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_paths_both_ways(tile: Any, path: Any) -> None:
    assert tile.path == path
    assert tiles.read_path(path) == tile


@given(st.none() | st.integers(0, 7), st.integers(0, 10**15), st.integers(1, 256))
def test_every_path_comes_back(level: Any, number: Any, width: Any) -> None:
    tile = tiles.Tile(level, number, width)
    assert tiles.read_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/8/000",
        "tile/00/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/../checkpoint",
        "/tile/0/000",
        "tile/entries/٠٠٠",
        "tile/0/" + "x001/" * 6 + "000",
    ],
)
def test_other_paths_are_refused(path: Any) -> None:
    with pytest.raises(Refused):
        tiles.read_path(path)


@given(st.lists(st.binary(max_size=50), max_size=256))
def test_bundles_come_back(entries: Any) -> None:
    assert tiles.read_bundle(tiles.bundle(entries)) == entries


@given(st.binary(max_size=60))
def test_hostile_bundles_are_read_exactly_or_refused(data: Any) -> None:
    try:
        entries = tiles.read_bundle(data)
    except Refused:
        return
    assert tiles.bundle(entries) == data


def test_a_bundle_has_limits() -> None:
    assert tiles.read_bundle(tiles.bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(Refused):
        tiles.bundle([bytes(65_536)])
    with pytest.raises(Refused):
        tiles.read_bundle(bytes(2 * 257))
