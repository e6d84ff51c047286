"""What this room contributes to pages that do not know it."""

from typing import Final

from market.kernel.actors import Actor, Role
from market.oversight import policy
from market.oversight.queries import alarms, duties
from market.oversight.queries.regions import regions_of
from market.projects import queries as projects
from market.projects.events import round_about
from market.selection.models import Result
from market.web.panels import MOST_OUTCOMES, OPEN, Card, MenuLine, Outcome, QuickAction, Shown


async def refused(shown: Shown) -> list[Card]:
    """What trustees refused about the round, for whoever oversees."""
    if not policy.is_overseer(shown.viewer):
        return []
    about = round_about(shown.project, shown.attempt)
    found = await alarms.alarms(shown.viewer, about=about)
    return [Card("oversight/alarms_card.html", found)] if found else []


async def named(actor: Actor) -> list[Outcome]:
    """Who was selected last in the regions that are overseen."""
    regions = regions_of(actor)
    if actor.role is not Role.REGULATOR or not regions:
        return []
    rows = Result.filter(round__region__in=regions).order_by("-revealed_at").limit(MOST_OUTCOMES)
    results = await rows.select_related("round")
    titles = await projects.titles({row.round.project for row in results})
    return [
        Outcome(
            titles[row.round.project],
            "oversight.outcome.final" if row.concluded_at else "oversight.outcome.named",
            row.concluded_at or row.revealed_at,
            f"/oversight/rounds/{row.round.project}/{row.round.attempt}",
        )
        for row in results
    ]


_REGULATOR: Final = frozenset({Role.REGULATOR})
_OVERSEERS: Final = frozenset({Role.REGULATOR, Role.AUDIT_ADMIN})
MENU: Final = (
    MenuLine(20, "/oversight", "选取监管", _OVERSEERS),
    MenuLine(30, "/oversight/orders", "开启与盲审", _REGULATOR),
    MenuLine(
        10, "/oversight", "统计与开放数据", under=OPEN, text="全市选取的数字、地图和可下载的表格。"
    ),
)
QUICK: Final = (
    QuickAction(
        10, "/oversight", "看正在进行的选取", "每次选取在等谁、等到什么时候。", "chart", _OVERSEERS
    ),
    QuickAction(
        20,
        "/oversight/orders",
        "开启与盲审",
        "查明没有成立的代号，或盲审一次选取。",
        "shield",
        _REGULATOR,
    ),
)
DUTIES: Final = duties.DUTIES
OUTCOMES: Final = (named,)
WAITS: Final = duties.WAITS
CARDS: Final = (refused,)
