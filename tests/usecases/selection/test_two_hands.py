"""Who drafted a dear project does not publish it; a second person does, or sends it back."""

from dataclasses import replace

import pytest

from market.demo.players import publish_need
from market.kernel.actors import Actor
from market.kernel.errors import Kind, MarketError
from market.projects import actions, queries
from market.projects.models import Project
from market.projects.queries.publishing import SentBack
from market.projects.states import State
from market.web.panels import duties
from tests.factories.needs import typed
from tests.factories.town import OWNER, Town, entries

SECOND = replace(OWNER, code="owner-b", name="柳演发", session="owner-b")
RIVAL = replace(OWNER, code="owner-02", organisation="own-0002")


@pytest.fixture
async def dear(town: Town) -> str:
    """A checked need of 600,000 yuan; drafted by the owner's first person."""
    await town.turns()
    return await town.ready(control_price="60")


async def refusal(town: Town, actor: Actor, code: str) -> tuple[str, Kind]:
    """Why somebody may not publish."""
    with pytest.raises(MarketError) as refused:
        await publish_need(town.call(actor), code)
    return refused.value.key, refused.value.kind


async def verbs(town: Town, actor: Actor, code: str) -> list[str]:
    return [one.verb for one in await duties(actor, town.clock(), [code])]


async def test_the_drafter_waits_and_the_second_person_publishes(town: Town, dear: str) -> None:
    assert await refusal(town, OWNER, dear) == ("project.second_person", Kind.FORBIDDEN)
    assert await refusal(town, RIVAL, dear) == ("not_found.project", Kind.NOT_FOUND)
    assert await verbs(town, OWNER, dear) == []
    assert await verbs(town, SECOND, dear) == ["selection.duty.publish"]
    found = await queries.publishing(dear, OWNER, town.clock())
    assert (found.needs_second, found.may_publish, found.others) == (True, False, ("柳演发",))
    (row,) = (await queries.desk(OWNER, "open", None, town.clock())).page.rows
    assert (row.waits_for, row.duties) == (("柳演发",), ())
    about = await publish_need(town.call(SECOND), dear)
    (published,) = [e for e in await entries(about) if e["tag"].endswith(":published")]
    (ready,) = await entries(f"project:{dear}")
    assert (ready["by"], published["by"]) == ("owner:owner", "owner:owner-b")
    for reader in (OWNER, SECOND):
        found = await queries.publishing(dear, reader, town.clock())
        assert (found.drafter, found.publisher) == ("罗演之", "柳演发")
    with pytest.raises(MarketError) as hidden:
        await queries.publishing(dear, RIVAL, town.clock())
    assert hidden.value.kind is Kind.NOT_FOUND
    assert await verbs(town, SECOND, dear) == []


async def test_below_the_sum_one_person_is_enough(town: Town) -> None:
    await town.turns()
    code = await town.ready(control_price="49.9999")
    assert await verbs(town, OWNER, code) == ["selection.duty.publish"]
    assert await publish_need(town.call(OWNER), code)


async def test_whoever_changes_it_after_the_check_becomes_its_drafter(
    town: Town, dear: str
) -> None:
    earlier = typed(town.clock())["deadline_at"].replace("T16", "T15")
    await actions.save(town.call(SECOND), dear, 5, {"deadline_at": earlier})
    assert (await Project.get(code=dear)).state is State.DRAFT
    assert await refusal(town, SECOND, dear) == ("project.no_transition", Kind.CONFLICT)
    await actions.check(town.call(SECOND), dear)
    assert await refusal(town, SECOND, dear) == ("project.second_person", Kind.FORBIDDEN)
    assert await publish_need(town.call(OWNER), dear)


async def test_the_second_person_sends_it_back_with_a_remark(town: Town, dear: str) -> None:
    for other, key in (
        (OWNER, "project.own_draft"),
        (RIVAL, "not_found.project"),
    ):
        with pytest.raises(MarketError) as refused:
            await actions.send_back(town.call(other), dear, "请核实规模")
        assert refused.value.key == key
    await actions.send_back(town.call(SECOND), dear, "请核实规模")
    told = (await entries(f"project:{dear}"))[-1]
    assert (told["tag"], told["by"]) == ("project:reopened", "owner:owner-b")
    assert "请核实规模" not in str(told), "a remark is nobody else's business"
    found = await queries.publishing(dear, OWNER, town.clock())
    assert found.sent_back == SentBack("柳演发", "请核实规模")
    assert await verbs(town, OWNER, dear) == ["project.duty.mend"]
    with pytest.raises(MarketError) as again:
        await actions.send_back(town.call(SECOND), dear, "请核实规模")
    assert again.value.kind is Kind.CONFLICT
    await actions.check(town.call(OWNER), dear)
    assert (await queries.publishing(dear, OWNER, town.clock())).sent_back is None
    assert await refusal(town, OWNER, dear) == ("project.second_person", Kind.FORBIDDEN)
    assert await publish_need(town.call(SECOND), dear)
