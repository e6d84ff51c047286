"""A founded demo city, and the dossiers of everything in it that came to an end.

Founding takes some seconds: ask for it once per session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from signing.cms.signer import Signer
from signing.time.timestamps import Stamper

STORY: dict[str, dict[str, Any]] = {
    "lot": {"way": "random", "pool": "applicants", "state": "concluded"},
    "price": {"way": "price", "state": "concluded"},
    "pool": {"pool": "qualified", "state": "concluded"},
    "failed": {"state": "failed"},
    "failed_twice": {"state": "failed", "attempt": 2},
    "shown": {"way": "price", "state": "revealed", "moved_on": False},
    "moved": {"state": "revealed", "moved_on": True},
}


@dataclass(frozen=True)
class Dossiers:
    """Archives by project code, the trust file, the city's seal and its folder of authorities.

    `story` gives a project of each kind: lot, price, pool (of everybody), failed, failed_twice,
    shown, moved.
    """

    files: dict[str, Path]
    story: dict[str, str]
    trust: bytes
    roots: Path
    seal: Signer
    stamper: Stamper
    folder: Path
    clock: Callable[[], datetime]

    def of(self, kind: str) -> Path:
        """The archive of a project of the story."""
        return self.files[self.story[kind]]


async def of_a_founded_city(folder: Path, chosen: Mapping[str, dict[str, Any]] = STORY) -> Dossiers:
    """Found a city in `folder` and take a dossier of every project that has one."""
    from tortoise.expressions import Subquery  # noqa: PLC0415 - signing's tests need no market

    from market.city import make_tools, open_database  # noqa: PLC0415 - as above
    from market.demo import authority  # noqa: PLC0415 - as above
    from market.demo.founding import found_city  # noqa: PLC0415 - as above
    from market.documents import seal  # noqa: PLC0415 - as above
    from market.dossiers import archive  # noqa: PLC0415 - as above
    from market.kernel.errors import MarketError  # noqa: PLC0415 - as above
    from market.selection.models import Decision, Round  # noqa: PLC0415 - as above
    from market.settings import Settings  # noqa: PLC0415 - as above

    settings = Settings(data=folder / "city", demo=True, clock=folder / "clock")
    await found_city(settings, folder)
    files: dict[str, Path] = {}
    async with open_database(settings):
        tools = make_tools(settings)
        begins = authority.office(folder / "authority", "ca_a").root.not_valid_before_utc
        authority.publish(folder / "authority", folder / "city" / "trust", begins, tools.clock())
        for code in sorted(
            {str(one) for one in await Round.all().values_list("project", flat=True)}
        ):
            try:
                what = await archive.contents(code)
            except MarketError:
                continue
            files[code] = folder / f"{code}.zip"
            with files[code].open("wb") as file:
                async for piece in archive.stream(tools, what):
                    file.write(piece)
        moved = Subquery(Decision.exclude(moves=[]).values("round_id"))
        story = {kind: await _first(Round.all(), moved, **what) for kind, what in chosen.items()}
    home = folder / "city" / "seal"
    return Dossiers(
        files,
        story,
        tools.anchors.data,
        folder / "city" / "trust",
        seal.city_seal(home),
        seal.stamper(home, "", tools.clock),
        folder,
        tools.clock,
    )


async def _first(rounds: Any, moved: Any, *, moved_on: bool | None = None, **columns: Any) -> str:
    """The project of the first round that is so."""
    if moved_on is not None:
        rounds = rounds.filter(about__in=moved) if moved_on else rounds.exclude(about__in=moved)
    return str((await rounds.filter(**columns).order_by("about"))[0].project)
