"""What this room contributes to pages that do not know it."""

from datetime import datetime
from typing import Final

from market.kernel.actors import Role
from market.projects import queries
from market.projects.queries import Numbers, duties
from market.projects.queries.owned import ended
from market.web.panels import Card, Figure, MenuLine, QuickAction, Scope, Shown, Tab


async def redos(shown: Shown) -> list[Card]:
    """Every further attempt that was asked for, the newest first."""
    asked = (await queries.redos(shown.project))[::-1]
    return [Card("projects/redo_card.html", asked)] if asked else []


async def two_hands(shown: Shown) -> list[Card]:
    """Who drafted and who published it, for the owner's own people."""
    if shown.viewer.role is not Role.OWNER:
        return []
    given = await queries.publishing(shown.project, shown.viewer, shown.now)
    return [Card("projects/publishing_card.html", given, tab="announcement")] if given else []


async def saved(_now: datetime) -> list[Figure]:
    """What choosing by price has saved."""
    return [Figure(20, "竞价平均节省", _percent(await queries.numbers()), note="较控制价")]


async def chosen(_now: datetime) -> list[Figure]:
    """How often somebody was chosen, what that saved and how long it took."""
    numbers = await queries.numbers()
    hours, saves = numbers.hours, numbers.saving_permille is not None
    days = "—" if hours is None else f"{hours // 24}.{hours % 24 * 10 // 24}"
    ended = "/projects?state=concluded&state=publicity"
    return [
        Figure(30, "累计选取", str(numbers.chosen), "次", href=ended),
        Figure(40, "平均节省", _percent(numbers), "较控制价" if saves else "竞价选取后计算"),
        Figure(50, "平均选取用时", days, "有选取结果后计算" if hours is None else "天"),
    ]


def _percent(numbers: Numbers) -> str:
    permille = numbers.saving_permille
    return "—" if permille is None else f"{permille // 10}.{permille % 10}%"


_OWNER: Final = frozenset({Role.OWNER})
MENU: Final = (
    MenuLine(10, "/projects", "采购公告"),
    MenuLine(20, "/my/projects", "我的项目", _OWNER),
)
QUICK: Final = (
    QuickAction(
        10, "/my/projects/new", "发布采购需求", "六个小步骤，每一步都随时保存。", "paper", _OWNER
    ),
    QuickAction(
        20, "/my/projects", "查看我的项目", "本单位的全部项目，按进展分列。", "box", _OWNER
    ),
)
DUTIES: Final = duties.DUTIES
WAITS: Final = duties.WAITS
OUTCOMES: Final = (ended,)
TABS: Final = (Tab(10, "announcement", "公告"),)
CARDS: Final = (redos, two_hands)
FIGURES: Final = ((Scope.OVERSIGHT, saved), (Scope.HOME, chosen))
