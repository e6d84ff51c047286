"""Every page of a project in every state it can be in, asked for in every role: none breaks."""

import re
from dataclasses import dataclass, field

import httpx2
import pytest

from market.kernel.errors import MarketError
from market.projects import actions, queries
from market.projects.models import Project
from market.routes import ROUTES
from market.selection.deciding.explanation import explain, judge_explanation
from market.selection.forms import Explanation, Verdict
from market.selection.models import Round
from market.selection.states import State
from tests.factories.acting import address, let_roles_act
from tests.factories.needs import typed
from tests.factories.redoing import fail, owner_of, regulator_of
from tests.factories.standing import RoundAsItStands
from tests.factories.survey import ALLOWED, PEOPLE
from tests.factories.town import OWNER, Town

_OF_A_PROJECT = re.compile(r"/(api/)?(projects|my/projects|log/projects|documents/of)/{")
_OF_A_ROUND = re.compile(r"/(api/|oversight/)?rounds/{")
READ = [
    route
    for route in ROUTES
    if not route.writes
    and route.name != "selection.events"
    and (_OF_A_PROJECT.match(route.path) or _OF_A_ROUND.match(route.path))
]
ROLES = ("anyone", *PEOPLE, "other_owner", "other_agency")
DATA = {"selection.dossier", "selection.paper"}
READERS_OF_DATA = {"anyone", "owner"}  # it is written alike for the others
WAITING = {"selection.trustees_missing", "selection.no_order_keys"}  # 503, in a sentence
FAR_BELOW = (2_000_000, 9_000_000, 9_500_000)


@dataclass
class Walk:
    """Asks for every page; remembers in which states it did."""

    town: Town
    client: httpx2.AsyncClient
    seen: set[str] = field(default_factory=set)

    async def visit(self, code: str) -> None:
        """Everything there is to read of the project now."""
        project = await Project.get(code=code)
        round_ = await Round.filter(project=code).order_by("-attempt").first()
        self.seen |= {project.state.value} | ({f"round:{round_.state}"} if round_ else set())
        for role in ROLES:
            for route in READ:
                is_data = "api" in route.path or route.name in DATA
                if role.removeprefix("other_") in ALLOWED[route.name] and (
                    role in READERS_OF_DATA or not is_data
                ):
                    await self._ask(address(route, code, project.attempt), role)
            for more in ("?lang=en", "?attempt=1"):
                await self._ask(f"/projects/{code}{more}", role)

    async def _ask(self, path: str, role: str) -> None:
        accept = "application/json" if path.endswith(".json") or "/api/" in path else "text/html"
        headers = {"cookie": f"lang=zh_CN; session={role}", "accept": accept}
        answer = await self.client.get(path, headers=headers)
        waits = answer.status_code == 503 and any(key in answer.text for key in WAITING)
        assert answer.status_code < 500 or waits, (path, role, self.seen, answer.text[:2000])


@pytest.fixture
def walk(town: Town, client: httpx2.AsyncClient) -> Walk:
    let_roles_act(town)
    return Walk(town, client)


async def test_before_publication(town: Town, walk: Walk) -> None:
    call = town.call(OWNER)
    empty = (await actions.start(call)).code
    await walk.visit(empty)
    ready = await town.ready()
    await walk.visit(ready)
    await actions.save(call, ready, 1, {**typed(town.clock()), "title": "改过的名称"})
    await walk.visit(ready)
    await actions.discard(call, ready)
    await walk.visit(ready)
    late = await town.ready()
    town.clock.forward(days=30)
    await walk.visit(late)
    with pytest.raises(MarketError):
        await actions.check(town.call(OWNER), empty)
    assert walk.seen == {"draft", "ready", "discarded"}


async def test_from_publication_to_the_notice(
    town: Town, walk: Walk, accepting: RoundAsItStands
) -> None:
    about = accepting.about
    await walk.visit(accepting.project)
    await town.apply(about, *FAR_BELOW)
    town.clock.now = accepting.deadline_at
    await walk.visit(accepting.project)
    state = accepting.state
    for _ in range(40):
        town.clock.forward(minutes=6)
        town.renew()
        await town.turns(1)
        round_ = await town.round(about)
        if round_.state is not state:
            state = round_.state
            await walk.visit(round_.project)
    assert state is State.REVEALED
    winner = next(a for a in town.applicants if a.code == round_.winner)
    said = Explanation(text="自有设备，成本确实低，能够履约。")
    await explain(town.call(winner.actor), about, said)
    await walk.visit(round_.project)
    await judge_explanation(town.call(OWNER), about, Verdict(accepted=True, reason="说得通"))
    await town.until(round_.publicity_until)
    await town.later(minutes=6)
    await walk.visit(round_.project)
    assert walk.seen == {
        *(f"round:{s}" for s in State if s not in {State.PUBLISHED, State.FAILED}),
        *("published", "decided", "concluded"),
    }


async def test_after_a_failure(town: Town, walk: Walk, failed: str) -> None:
    owner, regulator = await owner_of(town), await regulator_of(town)
    await walk.visit(failed)
    await owner.ask(failed)
    await walk.visit(failed)
    day = {"deadline_at": typed(town.clock())["deadline_at"]}
    await actions.save(town.call(OWNER), failed, 5, day)
    await walk.visit(failed)
    await actions.check(town.call(OWNER), failed)
    await town.turns()
    about = await town.publish_ready(failed)
    await walk.visit(failed)
    await town.turns()
    await fail(town, about)
    await owner.ask(failed)
    await walk.visit(failed)
    await regulator.agree(failed, 2, (await queries.redos(failed))[-1].statement)
    await walk.visit(failed)
    assert walk.seen >= {f"round:{s}" for s in (State.PUBLISHED, State.FAILED)}
    assert walk.seen >= {"failed", "ready", "draft", "published", "asked"}
    other = (await town.publish(way="random", pool="applicants")).about
    await fail(town, other)
    code = (await town.round(other)).project
    await actions.withdraw(town.call(OWNER), code)
    await walk.visit(code)
    assert "withdrawn" in walk.seen
