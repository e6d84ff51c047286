"""The files of a dossier in their order: keys, ledger, entries, then what each room adds."""

from collections.abc import AsyncIterator, Iterator

from market import rooms
from market.audit.models import LedgerEntry
from market.audit.publish import LogFolder
from market.dossiers.contents import Contents
from market.dossiers.ledger import history, proofs
from market.kernel.call import Tools
from market.kernel.section import File, Told
from signing.core.canonical import dumps
from signing.dossier import layout
from signing.dossier.readme import readme
from signing.pki import trust_files

AT_ONCE = 64


async def files(tools: Tools, what: Contents) -> AsyncIterator[File]:
    """Path and content of every file but the manifest and its seal."""
    yield layout.KEYS, tools.anchors.data
    yield layout.README, readme(what.project)
    for path, data in _trusted(tools):
        yield path, data
    yield layout.CHECKPOINT, what.note.encode()
    nodes = LogFolder(tools.log).nodes(what.size)
    yield layout.PROOFS, proofs(nodes, what)
    yield layout.HISTORY, dumps(await history(nodes, what))
    async for path, data in _entries(what):
        yield path, data
    told = Told(what.project, tuple(what.entries))
    for about in what.abouts:
        async for file in _sections(tools, told, about):
            yield file
    yield layout.MEDIA, dumps([])


async def _sections(tools: Tools, told: Told, about: str) -> AsyncIterator[File]:
    """What the rooms have about one thing, the highest floor first."""
    kind = about.partition(":")[0]
    for section in reversed(rooms.gathered("dossier", "SECTIONS")):
        if section.kind in {"", kind}:
            async for file in section.files(tools, told, about):
                yield file


def _trusted(tools: Tools) -> Iterator[tuple[str, bytes]]:
    trust = tools.trust()
    body = {"v": 1, "kind": "trust", "authorities": trust_files.described(trust)}
    yield layout.TRUST_FILE, dumps(body)
    for path, data in sorted(trust_files.files(trust).items()):
        yield layout.TRUST + path, data


async def _entries(what: Contents) -> AsyncIterator[tuple[str, bytes]]:
    for start in range(0, len(what.indexes), AT_ONCE):
        some = what.indexes[start : start + AT_ONCE]
        rows = LedgerEntry.filter(index__in=some).order_by("index").values_list("index", "data")
        for index, data in await rows:
            yield layout.entry(int(index)), bytes(data)
