"""The envelopes whose box a trustee has not looked into yet. Reads only."""

from typing import Final

from market.infra import db, sql
from market.selection.deciding import inputs
from market.selection.events import Tag
from market.selection.machine import ON_TRUSTEES
from market.selection.states import State
from signing.trustee import work
from signing.ways.registry import WAYS

LIVE: Final = (*ON_TRUSTEES, State.ACCEPTING)
# Of rounds whose publication lies in the newest tree: of others no trustee can know.
_TOLD: Final = " ".join(
    (
        "JOIN selection_round r ON r.about = e.round_id",
        f"AND r.state IN ({sql.among(LIVE, 5)})",
        "WHERE EXISTS (SELECT 1 FROM ledger_entry p",
        'WHERE p.about = r.about AND p.tag = $3 AND p."index" < $2)',
    )
)
_UNSEEN: Final = (
    "NOT EXISTS (SELECT 1 FROM selection_box_report b WHERE b.envelope_id = {} AND b.trustee = $1)"
)
_SECRETS: Final = " ".join(
    (
        "SELECT e.sha256 FROM selection_envelope e",
        _TOLD,
        "AND e.kind = 'draw_secret' AND",
        _UNSEEN.format("e.sha256"),
        "ORDER BY e.sha256 LIMIT $4",
    )
)
# Those of one author and count, of the kinds that some way asks for.
_OF_UPLOAD: Final = (
    "s.round_id = e.round_id AND s.author = e.author AND s.seq = e.seq AND s.kind IN ({})"
)
_UPLOADS: Final = " ".join(
    (
        "SELECT e.application, e.salt, e.act_id, r.way FROM selection_submission e",
        _TOLD,
        "AND EXISTS (SELECT 1 FROM selection_envelope s WHERE",
        _OF_UPLOAD,
        "AND",
        _UNSEEN.format("s.sha256"),
        ") ORDER BY e.application LIMIT $4",
    )
)
_SEALED: Final = " ".join(
    (
        "SELECT e.application, s.kind, s.data FROM selection_submission e",
        f"JOIN selection_envelope s ON {_OF_UPLOAD} WHERE e.application IN ({{}})",
    )
)


async def unseen(trustee: str, size: int, most: int) -> list[work.Box]:
    """At ``most`` so many, of rounds that the tree of ``size`` tells of; draw secrets first."""
    client, told, live = db.connection(), (trustee, size, str(Tag.PUBLISHED)), [*map(str, LIVE)]
    alone = [row["sha256"] for row in await sql.rows(client, _SECRETS, *told, most, *live)]
    kinds = sorted({kind for way in WAYS.values() for kind in way.envelopes})
    text = _UPLOADS.format(sql.among(kinds, 5 + len(live)))
    uploads = await sql.rows(client, text, *told, most - len(alone), *live, *kinds)
    times = await inputs.entry_times([row["act_id"] for row in uploads])
    data = await inputs.bytes_of(alone)
    sealed = await _sealed(kinds, [row["application"] for row in uploads])
    return [
        *(work.Box((data[sha],)) for sha in alone),
        *(
            work.Box(
                tuple(sealed[row["application"], kind] for kind in WAYS[row["way"]].envelopes),
                times[row["act_id"]][0],
                row["salt"],
                WAYS[row["way"]].version,
            )
            for row in uploads
        ),
    ]


async def _sealed(kinds: list[str], applications: list[str]) -> dict[tuple[str, str], bytes]:
    """(Application, kind) → the bytes of every envelope that came with it."""
    if not applications:
        return {}
    text = _SEALED.format(sql.among(kinds), sql.among(applications, 1 + len(kinds)))
    found = await sql.rows(db.connection(), text, *kinds, *applications)
    return {(row["application"], row["kind"]): bytes(row["data"]) for row in found}
