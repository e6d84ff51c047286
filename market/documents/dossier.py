"""The papers of a thing in its dossier: each sealed one with its statement and the signature."""

from collections.abc import AsyncIterator
from typing import Final

from market.documents import queries
from market.kernel.call import Tools
from market.kernel.section import File, Section, Told
from signing.dossier import layout
from signing.statements.facts import PaperSigned


async def papers(tools: Tools, told: Told, about: str) -> AsyncIterator[File]:
    """Every paper that is sealed, in the order of its entries."""
    for entry in told.entries:
        if entry.about != about or entry.tag != PaperSigned.tag:
            continue
        signed = PaperSigned.heard(entry.facts)
        kind = signed.paper
        statement, signature = await queries.signature_of(signed.code)
        yield layout.of_paper("statements", about, kind, ".json"), statement
        yield layout.of_paper("statements", about, kind, ".p7s"), signature
        sealed = await tools.files.get(signed.sha256)
        yield layout.of_paper("papers", about, kind, ".pdf"), sealed


SECTIONS: Final = (Section("", papers),)
