"""Whom to call at the owner's: masked for everybody, whole for who was chosen.

Whole it stands in the draft alone. The notice of selection is public with its dossier, so it tells
the whole number only where the need itself says so: its owner was told beforehand
(个人信息保护法 art. 14 and 17).
"""

from dataclasses import dataclass

from market.kernel.errors import not_found
from market.projects import rules
from market.projects.codes import must_be_code
from market.projects.models import Project
from market.projects.need import WHOLE


@dataclass(frozen=True, slots=True)
class Contact:
    """The person at the owner's and the number to call."""

    name: str
    phone: str


async def contact(code: str) -> Contact:
    """The contact whole, for the eyes of who was chosen; raises NOT_FOUND."""
    return _whole(await _project(code))


async def contact_on_notice(code: str) -> Contact:
    """The contact as the notice of selection tells it; raises NOT_FOUND."""
    project = await _project(code)
    told = project.need["contact"]
    if told.get("notice") == WHOLE:
        return _whole(project)
    return Contact(told["name"], told["phone"])


async def _project(code: str) -> Project:
    project = await Project.get_or_none(code=must_be_code(code), need__isnull=False)
    if project is None:
        raise not_found("project")
    return project


def _whole(project: Project) -> Contact:
    draft, _ = rules.read(project.typed)
    return Contact(draft.contact_name, draft.contact_phone)
