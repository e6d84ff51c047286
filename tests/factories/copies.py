"""Many rounds like one, with their projects: what grows when a city does."""

from typing import TypeVar

from tortoise.models import Model

from market.projects.models import Project
from market.selection.models import Round

M = TypeVar("M", bound=Model)


async def copies(round_: Round, upto: int) -> None:
    """Let there be ``upto`` rounds like this one, each of a project of its own."""
    project = await Project.get(code=round_.project)
    there = await Round.filter(item=round_.item).count()
    codes = [f"DZ-2099-{number:06d}" for number in range(there, upto)]
    await Project.bulk_create([_like(project, code=code, **_ranks(code)) for code in codes])
    await Round.bulk_create(
        [_like(round_, about=f"round:{code}/1", project=code) for code in codes]
    )


def _ranks(code: str) -> dict[str, str]:
    return dict.fromkeys(("by_newest", "by_deadline", "by_price"), code)


def _like(row: M, **changes: str) -> M:
    return type(row)(**{n: getattr(row, n) for n in row._meta.fields_db_projection} | changes)
