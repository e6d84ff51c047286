"""The published ledger as a stranger checks it: everything over HTTP, nothing believed."""

from typing import Any

import httpx2
import pytest

from market.audit import ledger, proofs
from market.audit.models import Checkpoint, LedgerEntry
from market.audit.publish import publish
from market.infra.db import use_case
from market.kernel.call import Call
from signing.core import canonical
from signing.log import checkpoint as checkpoints
from signing.log import note, tiles, tree
from tests.factories.city import TestCity
from tests.factories.said import Said

SIZE = 300  # more than one tile, the last one partial


@use_case
async def grow(call: Call, count: int) -> None:
    for number in range(count):
        about = f"project:DZ-2026-{number % 7:06d}"
        await ledger.record(call, Said(number=number), about=about)


@pytest.fixture
async def log(city: TestCity, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    await grow(city.call(), 90)
    await publish(city.call())
    await grow(city.call(), SIZE - 90)
    await publish(city.call())
    return client


async def checked(client: httpx2.AsyncClient, text: str) -> checkpoints.Checkpoint:
    """The checkpoint of a note that the published key signed."""
    log = (await client.get("/log/keys.json")).json()["log"]
    return checkpoints.check_log(note.parse(text), log["name"], bytes.fromhex(log["key"]))


async def head(client: httpx2.AsyncClient) -> checkpoints.Checkpoint:
    """The newest one."""
    return await checked(client, (await client.get("/log/checkpoint")).text)


async def fetched(client: httpx2.AsyncClient, tile: tiles.Tile) -> bytes:
    answer = await client.get(f"/log/{tile.path}")
    assert answer.status_code == 200, tile.path
    return answer.content


async def test_all_entries_together_have_the_signed_root(log: httpx2.AsyncClient) -> None:
    found = await head(log)
    assert found.size == SIZE
    entries: list[bytes] = []
    while len(entries) < found.size:
        width = min(256, found.size - len(entries))
        bundle = await fetched(log, tiles.Tile(None, len(entries) // 256, width))
        entries += tiles.read_bundle(bundle)
    assert tree.root_of(entries) == found.root
    bodies = [canonical.loads(entry) for entry in entries]
    assert [body["facts"]["number"] for body in bodies] == [*range(90), *range(SIZE - 90)]
    assert bodies[7]["prev"] == 0


async def test_the_tiles_alone_have_the_signed_root(log: httpx2.AsyncClient) -> None:
    found = await head(log)
    kept = {
        tile.path: await fetched(log, tile)
        for tile in (tiles.Tile(0, 0), tiles.Tile(0, 1, SIZE - 256), tiles.Tile(1, 0, 1))
    }
    nodes = tiles.nodes(kept.__getitem__, SIZE)
    assert tree.Frontier.over(nodes, SIZE).root() == found.root


async def test_what_is_told_of_one_thing_is_whole_and_proved(
    log: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "MOST", 20)
    begin, found, answers = 0, [], 0
    while begin is not None:
        query = {"about": "project:DZ-2026-000003", "from": begin}
        told = (await log.get("/api/log/entries", params=query)).json()
        known = await checked(log, told["checkpoint"])
        for one in told["entries"]:
            leaf, path = tree.leaf_hash(one["entry"].encode()), map(bytes.fromhex, one["proof"])
            assert tree.included(leaf, one["index"], known.size, list(path), known.root)
            found.append((one["index"], canonical.loads(one["entry"].encode())["prev"]))
        begin, answers = told["next"], answers + 1
    numbers = enumerate([*range(90), *range(SIZE - 90)])
    indexes = [index for index, number in numbers if number % 7 == 3]
    assert found == list(zip(indexes, [None, *indexes], strict=False))
    assert answers == 3
    for wrong in ("-1", "1e3", "9" * 40):
        assert (await log.get("/api/log/entries", params={"from": wrong})).status_code == 404
    assert (await log.get("/api/log/entries")).json()["entries"] == []


@pytest.mark.parametrize("index", [0, 1, 89, 90, 255, 256, SIZE - 1])
async def test_an_entry_is_proved_under_the_checkpoint(log: httpx2.AsyncClient, index: int) -> None:
    answer = (await log.get(f"/api/log/entries/{index}")).json()
    found = await checked(log, answer["checkpoint"])
    leaf = tree.leaf_hash(answer["entry"].encode())
    path = [bytes.fromhex(part) for part in answer["proof"]]
    assert tree.included(leaf, index, found.size, path, found.root)
    assert not tree.included(leaf, index ^ 1, found.size, path, found.root)
    assert answer["index"] == index
    assert answer["witnessed"] is False


@pytest.mark.parametrize(("first", "second"), [(0, SIZE), (90, SIZE), (90, 90), (1, 90)])
async def test_one_tree_extends_the_other(log: httpx2.AsyncClient, first: int, second: int) -> None:
    answer = await log.get(f"/log/consistency?first={first}&second={second}")
    proof = [bytes.fromhex(part) for part in answer.json()["proof"]]
    leaves = [bytes(row.leaf) for row in await LedgerEntry.all().order_by("index")]
    before, after = tree.root(leaves[:first]), tree.root(leaves[:second])
    assert tree.consistent(first, second, proof, before, after)
    assert tree.consistent(first, second, proof, before, bytes(32)) is (first == 0)


@pytest.mark.parametrize(
    "query",
    ["", "first=1", "first=5&second=4", "first=1&second=299", "first=-1&second=300", "first=a"],
)
async def test_no_proof_between_trees_that_were_not_published(
    log: httpx2.AsyncClient, query: str
) -> None:
    answer = await log.get(f"/log/consistency?{query}", headers={"accept": "application/json"})
    assert answer.status_code in {400, 404}
    assert answer.json()["key"] in {"audit.no_such_trees", "not_found.entry"}


@pytest.mark.parametrize(
    "path",
    [
        "/log/tile/0/001",
        "/log/tile/0/000.p/0",
        "/log/tile/0/001.p/45",
        "/log/tile/0/000.p/300",
        "/log/tile/9/000",
        "/log/tile/0/x000/000",
        "/log/tile/%2e%2e/checkpoint",
        "/log/tile/entries",
        "/log/tile/entries/000.p",
        "/log/tile/0/000/",
        "/log/tile/0/٠٠٠",
        "/log/entries/300",
        "/log/entries/-1",
        "/log/entries/1e3",
        "/log/entries/" + "9" * 40,
        "/api/log/entries/999999999999999",
        "/log/projects/DZ-2026-999999",
    ],
)
async def test_what_was_never_published_is_not_found(log: httpx2.AsyncClient, path: str) -> None:
    answer = await log.get(path, headers={"accept": "application/json"})
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_full_tile_may_be_kept_for_ever_the_checkpoint_is_asked_for_again(
    log: httpx2.AsyncClient,
) -> None:
    tile = await log.get(f"/log/{tiles.Tile(0, 0).path}")
    assert "immutable" in tile.headers["cache-control"]
    checkpoint = await log.get("/log/checkpoint")
    assert checkpoint.headers["cache-control"] == "no-cache"
    assert checkpoint.headers["content-type"].startswith("text/plain")


async def test_before_the_first_entry_there_is_nothing_to_see_and_nothing_breaks(
    client: httpx2.AsyncClient,
) -> None:
    assert (await client.get("/log/")).status_code == 200
    assert (await client.get("/log/checkpoint")).status_code == 404


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
async def test_the_pages_show_the_ledger_and_one_entry(log: httpx2.AsyncClient, lang: str) -> None:
    overview = await log.get(f"/log/?lang={lang}")
    assert overview.status_code == 200
    assert f"/log/entries/{SIZE - 1}" in overview.text
    older = await log.get(f"/log/?before=50&lang={lang}")
    assert "/log/entries/49" in older.text
    assert f"/log/entries/{SIZE - 1}" not in older.text
    junk = await log.get(f"/log/?before=' OR 1=1&lang={lang}")
    assert f"/log/entries/{SIZE - 1}" in junk.text
    entry = await log.get(f"/log/entries/7?lang={lang}")
    row = await LedgerEntry.get(index=7)
    assert bytes(row.leaf).hex()[:24] in entry.text
    about = await log.get(f"/log/projects/DZ-2026-000003?lang={lang}")
    assert about.status_code == 200
    assert "/log/entries/3" in about.text


async def test_an_entry_younger_than_the_checkpoint_has_no_proof_yet(
    city: TestCity, log: httpx2.AsyncClient
) -> None:
    await grow(city.call(), 1)
    answer: dict[str, Any] = (await log.get(f"/api/log/entries/{SIZE}")).json()
    assert (answer["checkpoint"], answer["proof"], answer["witnessed"]) == (None, [], False)
    assert (await log.get(f"/log/entries/{SIZE}")).status_code == 200


async def test_a_witnessed_checkpoint_goes_before_a_newer_one(
    city: TestCity, log: httpx2.AsyncClient
) -> None:
    await Checkpoint.filter(size=90).update(witnessed=True)
    answer = (await log.get("/api/log/entries/10")).json()
    assert answer["witnessed"] is True
    assert checkpoints.read_text(note.parse(answer["checkpoint"]).text).size == 90
    later = (await log.get("/api/log/entries/200")).json()
    assert later["witnessed"] is False
    assert (await head(log)).size == SIZE
