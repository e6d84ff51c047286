"""The envelopes whose box a trustee has not looked into yet. Reads only."""

from typing import Final

from market.infra import db, sql
from market.selection.deciding import inputs
from market.selection.events import Tag
from market.selection.machine import ON_TRUSTEES
from market.selection.states import State
from signing.trustee import work

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
_UPLOADS: Final = " ".join(
    (
        "SELECT e.application, e.identity, e.salt, e.act_id FROM selection_submission e",
        _TOLD,
        f"AND ({_UNSEEN.format('e.application')} OR {_UNSEEN.format('e.identity')})",
        "ORDER BY e.application LIMIT $4",
    )
)


async def unseen(trustee: str, size: int, most: int) -> list[work.Box]:
    """At ``most`` so many, of rounds that the tree of ``size`` tells of; draw secrets first."""
    client, told, live = db.connection(), (trustee, size, str(Tag.PUBLISHED)), [*map(str, LIVE)]
    alone = [row["sha256"] for row in await sql.rows(client, _SECRETS, *told, most, *live)]
    uploads = await sql.rows(client, _UPLOADS, *told, most - len(alone), *live)
    times = await inputs.entry_times([row["act_id"] for row in uploads])
    pairs = [(row["application"], row["identity"]) for row in uploads]
    data = await inputs.bytes_of([*alone, *(sha for pair in pairs for sha in pair)])
    return [
        *(work.Box((data[sha],)) for sha in alone),
        *(
            work.Box((data[first], data[second]), times[row["act_id"]][0], row["salt"])
            for row, (first, second) in zip(uploads, pairs, strict=True)
        ),
    ]
