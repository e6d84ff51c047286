"""Receipts without a city: which files are read, and what the record of a round makes of them.

The modules of 我的回执 run as they are; how the page does on real rounds is in the journeys.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Page, Route

from signing.core.canonical import loads
from signing.dossier import layout
from signing.dossier.reader import opened
from signing.log import tiles, tree
from tests.factories.releases import FIRST, unpacked

pytestmark = pytest.mark.browser
Run = Callable[..., Awaitable[dict[str, Any]]]
RUN = """async (given) => {
  const lib = await import("/static/js/%s.js");
  try { return {value: await (async () => { %s })()}; }
  catch (error) { return {refused: error.code ?? String(error)}; }
}"""
ABOUT = "round:DZ-2026-000318/2"
OWN, OTHER = ["aa" * 32, "bb" * 32], ["cc" * 32, "dd" * 32]
RECEIPT = {"kind": "receipt", "about": ABOUT, "envelopes": OWN, "index": 7}
VOUCHER = (FIRST / "voucher.json").read_text("utf-8")
OPEN_FILE = "return lib.opened(given.text, given.password);"
READ = "return lib.textOf(new File([new Uint8Array(given.size)], 'x.json'));"


@pytest.fixture
def run(page: Page) -> Run:
    async def call(module: str, body: str, **given: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await page.evaluate(RUN % (module, body), given)
        return answer

    return call


async def test_vouchers_of_this_and_earlier_versions_are_read(run: Run) -> None:
    then = (await run("receipt-file", OPEN_FILE, text=VOUCHER, password="demo"))["value"]
    assert then["about"] == "round:DZ-2026-000004/1"
    assert [(one["kind"], one["receipt"]["index"]) for one in then["sent"]] == [("application", 72)]
    both = await run(
        "receipt-file",
        """const made = await import("/static/vendor/seal.js");
        const lock = await made.newLock("one");
        const text = (about) => made.closeVoucher(lock, {v: 1, about, sent: []});
        const other = await made.closeVoucher(await made.newLock("two"), {v: 1, about: "x"});
        const texts = [await text(given.about), other, await text(given.about)];
        const {vouchers, shut} = await lib.openedAll(texts, "one");
        return {abouts: vouchers.map(({about}) => about), shut};""",
        about=ABOUT,
    )
    assert both["value"] == {"abouts": [ABOUT, ABOUT], "shut": 1}
    by_command = {"key": "00", "admission": {"about": ABOUT}, "receipts": [RECEIPT]}
    body = "return lib.opened(JSON.stringify(given.saved, null, 1), '');"
    for text in (by_command, RECEIPT):
        found = (await run("receipt-file", body, saved=text))["value"]
        assert (found["about"], len(found["sent"])) == (ABOUT, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("%PDF-1.7", "receipt.unreadable"),
        ("[]", "receipt.unreadable"),
        ("null", "receipt.unreadable"),
        ('{"kind":"receipt","about":"../../x"}', "receipt.unreadable"),
        ('{"kind":"receipt","about":"round:A-1/1","envelopes":7}', "receipt.unreadable"),
        ('{"key":"00","admission":{"about":"round:A-1/1"},"receipts":[7]}', "receipt.unreadable"),
        (VOUCHER[:-200], "receipt.unreadable"),
        (VOUCHER.replace("600000", "1"), "voucher.unreadable"),
        (VOUCHER.replace('_b64":"a', '_b64":"b'), "voucher.password"),
    ],
)
async def test_files_that_are_none_are_told_so(run: Run, text: str, code: str) -> None:
    assert await run("receipt-file", OPEN_FILE, text=text, password="demo") == {"refused": code}


async def test_a_file_of_30_mb_is_not_read(run: Run) -> None:
    assert await run("receipt-file", READ, size=30_000_000) == {"refused": "receipt.too_large"}
    assert "value" in await run("receipt-file", READ, size=999_999)


LEAF = [f"{n:02d}" * 32 for n in range(4)]
STANDING = """const entries = given.acts.map(([tag, facts]) => ({tag, facts}));
const record = {
  first: (tag) => entries.find((one) => one.tag === tag) ?? null,
  all: (tag) => entries.filter((one) => one.tag === tag),
};
return lib.%s;"""
DRAWN = {"taken": LEAF[:1], "reserves": LEAF[1:3]}
REVEALED = [["revealed", {"leaf": LEAF[0]}]]
MOVED = [
    *REVEALED,
    ["moved", {"leaf": LEAF[0], "cause": "AVOIDED"}],
    ["revealed", {"leaf": LEAF[1]}],
]
PRICES = [{"leaf": LEAF[0]}, {"leaf": LEAF[2]}, {"leaf": LEAF[1]}]


@pytest.mark.parametrize(
    ("own", "excluded", "ranking", "acts", "expected"),
    [
        (0, None, None, [], {"kind": "chosen"}),
        (0, None, None, REVEALED, {"kind": "chosen"}),
        (1, None, None, REVEALED, {"kind": "reserve", "place": 1}),
        (1, None, None, [*REVEALED, ["concluded", {}]], {"kind": "lost"}),
        (3, None, None, REVEALED, {"kind": "lost"}),
        (0, None, None, MOVED, {"kind": "moved", "ground": "AVOIDED"}),
        (1, None, None, MOVED, {"kind": "chosen"}),
        (2, None, None, MOVED, {"kind": "reserve", "place": 1}),
        (1, "NOT_BEST", PRICES, REVEALED, {"kind": "outbid", "rank": 3}),
        (3, "OVER_CONTROL_PRICE", PRICES, REVEALED,
         {"kind": "excluded", "ground": "OVER_CONTROL_PRICE"}),
    ],
)  # fmt: skip
async def test_what_the_draw_and_its_moves_made_of_one(
    run: Run, own: int, excluded: str | None, ranking: Any, acts: Any, expected: Any
) -> None:
    candidate = {"leaf": LEAF[own], "record": {"excluded": excluded}}
    body = STANDING % "standing(given.candidate, given.drawn, given.ranking, record)"
    found = await run(
        "receipt-outcome", body, candidate=candidate, drawn=DRAWN, ranking=ranking, acts=acts
    )
    assert found == {"value": expected}


@pytest.mark.parametrize(
    ("kind", "acts", "expected"),
    [
        ("application", [], {"kind": "open"}),
        ("application", [["frozen", {}]], {"kind": "sealed"}),
        ("withdrawal", [], {"kind": "withdrawn"}),
        ("application", [["failed", {"reason": "TOO_FEW"}]],
         {"kind": "failed", "ground": "TOO_FEW"}),
    ],
)  # fmt: skip
async def test_a_round_that_shows_no_papers(run: Run, kind: str, acts: Any, expected: Any) -> None:
    body = STANDING % "unopened([{kind: given.kind}], record)"
    assert await run("receipt-outcome", body, kind=kind, acts=acts) == {"value": expected}


async def test_the_row_of_a_receipt_is_its_own_and_no_other(run: Run) -> None:
    accepted = {"application": OWN[0], "identity": OWN[1], "index": 7, "seq": 1}
    left = {"envelopes": OTHER, "index": 9, "reason": "REPLACED"}
    freeze = {"accepted": [accepted], "left_out": [left]}
    body = "return lib.rowOf(given.receipt, given.freeze);"

    async def row(envelopes: list[str], index: int) -> Any:
        receipt = {"envelopes": envelopes, "index": index}
        return (await run("receipt-outcome", body, receipt=receipt, freeze=freeze))["value"]

    assert await row(OWN, 7) == {"accepted": accepted}
    assert await row(OTHER, 9) == {"left_out": left}
    for hidden in (row(OWN, 8), row(OTHER, 7), row([OWN[0], OTHER[1]], 7), row(OTHER[:1], 9)):
        assert await hidden is None


async def test_an_entry_is_found_by_way_of_the_tiles_alone(page: Page, run: Run) -> None:
    files: dict[str, bytes] = {}
    served: list[str] = []

    async def serve(route: Route) -> None:
        path = route.request.url.partition("/log/")[2]
        served.append(path)
        await route.fulfill(body=files[path])

    await page.route("**/log/tile/**", serve)
    body = """const tree = new lib.LedgerTree({size: given.size, root: new Uint8Array(given.root)});
    return new TextDecoder().decode(await tree.entry(given.index));"""
    entries = [f"entry {number}".encode() for number in range(66_000)]
    for size, indexes in ((1, [0]), (257, [0, 255, 256]), (66_000, [0, 40_000, 65_999])):
        files.clear()
        tiles.extend(files.__getitem__, files.__setitem__, 0, entries[:size])
        root = tree.root_of(entries[:size])
        for index in indexes:
            served.clear()
            found = await run("ledger-tree", body, size=size, root=list(root), index=index)
            assert found == {"value": f"entry {index}"}
            assert len(served) <= 5
        lie = bytes([root[0] ^ 1]) + root[1:]
        found = await run("ledger-tree", body, size=size, root=list(lie), index=0)
        assert found == {"refused": "ledger_proof"}
        found = await run("ledger-tree", body, size=size, root=list(root), index=size)
        assert found == {"refused": "ledger_young"}


PROVE = """const seal = await import("/static/vendor/seal.js");
const {prove} = await import("/static/js/receipt-proof.js");
const {sent, about} = await (await import("/static/js/receipt-file.js")).opened(given.text, "demo");
const record = await lib.recordOf(given.about ?? about);
Object.assign(sent[0].receipt, given.receipt ?? {});
const paper = record.paper.bind(record);
record.paper = async (name, digest) => {
  const text = new TextDecoder().decode(await paper(name, digest));
  const [of, from, to] = given.paper ?? [];
  return new TextEncoder().encode(name === of ? text.replaceAll(from, to) : text);
};
const steps = [];
const outcome = await prove(sent, record, (step) => steps.push(step));
return {...outcome, steps, deadline: record.deadline};"""
BUNDLE = "log/tile/entries/000.p/115"
CITY = "round:DZ-2026-000004/1"


@dataclass
class Told:
    """What the city of 2026-11-22 answers about a round, and what a liar makes of it."""

    entries: list[dict[str, Any]]
    note: str
    files: dict[str, bytes]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, route: Route) -> None:
        path, _, query = route.request.url.partition("/")[2][1:].partition("/")[2].partition("?")
        self.asked.append((path, route.request.headers))
        if path == "api/log/entries":
            mine = [one for one in self.entries if quote(one["about"], "") in query]
            await route.fulfill(json={"checkpoint": self.note, "entries": mine, "next": None})
        elif path in self.files:
            await route.fulfill(body=self.files[path])
        else:
            await route.fulfill(status=404, json={"detail": "nothing there"})


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = unpacked("city", tmp_path_factory.mktemp("then"))
    log = folder / "city" / "log"
    files = {
        f"log/{path.relative_to(log)}": path.read_bytes()
        for path in log.rglob("*")
        if path.is_file()
    }
    with opened(folder / "dossiers" / "moved.zip") as archive:
        proofs = {row["index"]: row["proof"] for row in loads(archive.read(layout.PROOFS))}
        entries = []
        for index, proof in proofs.items():
            entry = archive.read(layout.entry(index)).decode()
            about = json.loads(entry)["about"]
            entries.append({"index": index, "about": about, "entry": entry, "proof": proof})
        for name, paper in (("freeze", "freeze"), ("draws", "draw"), ("ranking", "ranking")):
            data = archive.read(layout.of_round(name, CITY))
            files[f"rounds/DZ-2026-000004/1/{paper}.json"] = data
        files["log/keys.json"] = archive.read(layout.KEYS)
        return Told(entries, archive.read(layout.CHECKPOINT).decode(), files)


@pytest.fixture
async def city(page: Page, then: Told) -> Told:
    told = Told([dict(one) for one in then.entries], then.note, dict(then.files))
    for place in ("**/api/**", "**/log/**", "**/rounds/**"):
        await page.route(place, told.answer)
    return told


async def test_a_receipt_is_proved_from_what_everybody_may_read(run: Run, city: Told) -> None:
    found = (await run("round-record", PROVE, text=VOUCHER))["value"]
    assert (found["kind"], found["code"]) == ("chosen", "02")
    assert found["steps"] == ["receipt", "ledger", "freeze", "code", "draw", "result"]
    assert all("cookie" not in headers for _, headers in city.asked)
    assert all("referer" not in headers for _, headers in city.asked)
    own = loads(city.files["rounds/DZ-2026-000004/1/freeze.json"])["accepted"]
    told = " ".join(path for path, _ in city.asked)
    assert not [row for row in own if row["application"] in told or f"/{row['index']}" in told]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"receipt": {"at": "2026-12-04T08:08:00.000Z"}}, "signature"),
        ({"paper": ["freeze", '"index":72', '"index":71']}, "concealed"),
        ({"paper": ["draw", '"v":1', '"v":2']}, "draw"),
        ({"about": "round:DZ-2026-000099/1"}, "receipt.unknown_round"),
    ],
)
async def test_what_does_not_hold_is_named(
    run: Run, city: Told, given: dict[str, Any], code: str
) -> None:
    assert await run("round-record", PROVE, text=VOUCHER, **given) == {"refused": code}


async def test_a_liar_is_found_out(run: Run, city: Told) -> None:
    async def refused() -> str:
        return str((await run("round-record", PROVE, text=VOUCHER))["refused"])

    mine = [one for one in city.entries if one["about"] == CITY]
    city.entries.remove(mine[3])
    assert await refused() == "ledger_gap"
    city.entries.append(mine[3])
    city.entries.sort(key=lambda one: int(one["index"]))
    mine[3]["entry"] = mine[3]["entry"].replace('"v":1', '"v":2')
    assert await refused() == "ledger_proof"
    mine[3]["entry"] = mine[3]["entry"].replace('"v":2', '"v":1')
    freeze = "rounds/DZ-2026-000004/1/freeze.json"
    kept, city.files[freeze] = city.files[freeze], b"{}"
    assert await refused() == "paper"
    city.files[freeze] = kept
    city.files[BUNDLE] = city.files[BUNDLE].replace(b'"v":1', b'"v":2')
    assert await refused() == "ledger_proof"
