"""Whether an agency may take part in a round: asked before it seals, and again when it asks in."""

from datetime import datetime
from typing import Final

from market.agencies.queries import why_not_offer
from market.kernel.errors import Kind, Refusal
from market.selection.publishing.project_need import avoided

AVOIDED: Final = Refusal("selection.avoided", Kind.FORBIDDEN)


async def why_not_take_part(agency: str, item: str, project: str, now: datetime) -> Refusal | None:
    """Not registered or not fit for the item, or named by the owner as one that must stay out."""
    refusal: Refusal | None = await why_not_offer(agency, item, now)
    if refusal is None and agency in await avoided(project):
        return AVOIDED
    return refusal
