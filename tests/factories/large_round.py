"""A demo city whose whole story is one price round with very many applicants, and its dossier.

Founding it takes a quarter of a minute for 300 of them: for the benches, not for the suite.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from market.agencies import invent, seed
from market.demo import story
from market.demo.players import trustees_turn
from market.kernel.call import Call
from signing.trustee.trustee import Trustee
from tests.factories.dossiers import Dossiers, of_a_founded_city

AGENCIES_EACH = 7  # one in six offers the item and is qualified
ROW = {
    "goal": "concluded",
    "day": -26,
    "owner": 7,
    "way": "price",
    "pool": "applicants",
    "item": "cost-consulting",
    "region": "511724",
    "title": "东湖片区老旧小区改造工程预算编制",
    "wan": "9.60",
}


async def of_a_large_round(folder: Path, applicants: int) -> Dossiers:
    """Found it in `folder` with a register large enough for as many applicants."""
    told = folder / "demo" / "story.json"
    told.parent.mkdir()
    told.write_text(json.dumps([{**ROW, "applicants": applicants}]), "utf-8")
    many = max(invent.HOW_MANY, AGENCIES_EACH * applicants)
    with (
        patch.object(seed, "HOW_MANY", many),
        patch.object(story, "data", lambda _: folder),
        patch.object(story, "trustees_turn", _until_nothing_is_left),
    ):
        return await of_a_founded_city(folder, {})


async def _until_nothing_is_left(
    call: Call, trustees: Sequence[Trustee], *, greeting: bool
) -> bool:
    """A trustee looks into one page of boxes a turn; here they are many."""
    busy = False
    while await trustees_turn(call, trustees, greeting=greeting):
        busy = True
    return busy
