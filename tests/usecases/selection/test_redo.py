"""A further attempt: who must have signed, what is refused, and that nothing secret comes back."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from market.kernel.actors import Actor, Role
from market.kernel.errors import Kind, MarketError
from market.projects import actions, queries
from market.projects.models import Project
from market.projects.states import State
from market.selection.models import Contribution, Envelope
from market.selection.round_secrets import round_key_name, salt_key_commit
from market.selection.states import State as RoundState
from signing import authority
from signing.core.errors import Refused
from signing.statements import cades
from tests.factories.redoing import (
    REGULATOR,
    Hand,
    fail,
    hand,
    owner_of,
    publish_again,
    regulator_of,
)
from tests.factories.town import OWNER, Town, entries


@pytest.fixture
async def owner(town: Town) -> Hand:
    return await owner_of(town)


async def of_project(code: str) -> list[dict[str, object]]:
    return await entries(f"project:{code}")


async def test_the_first_is_the_owners_alone_and_logged_once(
    town: Town, owner: Hand, failed: str
) -> None:
    before = len(await of_project(failed))
    said = await owner.statement(failed)
    assert not (await owner.ask(failed)).waits
    (entry,) = (await of_project(failed))[before:]
    facts = entry["facts"]
    assert (entry["tag"], entry["by"]) == ("project:retried", "owner:owner")
    assert facts["statement"] == hashlib.sha256(said.encode()).hexdigest()
    assert (facts["attempt"], facts["count"], facts["reason"]) == (2, 1, "TOO_FEW")
    assert facts["owner"]["name"] == "通川区水务局（演示）"
    assert facts["regulator"] is None
    (card,) = await queries.redos(failed)
    assert not card.waits
    statement, signature, other = await queries.redo_signatures(facts["statement"])
    assert cades.verify_of_either(statement, signature, town.city.tools.trust()).stamp is not None
    assert (statement.decode(), other) == (said, None)
    assert hashlib.sha256(signature).hexdigest() == facts["owner"]["cms_sha256"]


async def test_nothing_secret_of_an_attempt_serves_the_next(
    town: Town, owner: Hand, failed: str
) -> None:
    first, tools = f"round:{failed}/1", town.city.tools
    await owner.ask(failed)
    second = await publish_again(town, failed)
    assert second == f"round:{failed}/2"
    assert (await town.round(second)).state is RoundState.ACCEPTING
    rules = [(await town.round(about)).terms["rules"] for about in (first, second)]
    assert rules[0]["attempt"] != rules[1]["attempt"]
    commits = [
        set(await Contribution.filter(round_id=about).values_list("commit", flat=True))
        for about in (first, second)
    ]
    assert len(commits[0]) == len(commits[1]) == 4
    assert not commits[0] & commits[1]
    rows = await Envelope.filter(kind="draw_secret", round_id__in=[first, second])
    assert len({row.sha256 for row in rows}) == len(rows) == 8
    mine = [row.author for row in rows if row.seq and not _trustee(town, row.author)]
    assert len(set(mine)) == len(mine) == 2, "the owner's key too"
    names = tools.keys.names("round-")
    assert round_key_name(first) not in names, "destroyed with its round"
    assert round_key_name(second) in names
    assert salt_key_commit(tools, first) != salt_key_commit(tools, second)


def _trustee(town: Town, author: str) -> bool:
    return author in {one.own.fellow.ed25519 for one in town.trustees}


async def test_the_second_waits_for_a_regulator_who_signs_the_same_bytes(
    town: Town, owner: Hand, failed: str
) -> None:
    await owner.ask(failed)
    await fail(town, await publish_again(town, failed))
    before = len(await of_project(failed))
    await owner.ask(failed, "COURT_ORDER")
    project = await Project.get(code=failed)
    assert (project.state, project.attempt) == (State.ASKED, 2)
    town.clock.forward(minutes=30)
    await owner.ask(failed)
    said = (await queries.redos(failed))[-1]
    assert (said.reason, said.waits) == ("TOO_FEW", True)
    (waiting,) = await queries.waiting_redos(["511702"], None, 9)
    assert (waiting.project, waiting.failed, waiting.reason) == (failed, 2, "TOO_FEW")
    assert await queries.waiting_redos(["511702"], [], 9) == []
    regulator = await regulator_of(town)
    town.clock.forward(days=2)
    town.renew()
    await regulator.agree(failed, 2, said.statement)
    tags = [(e["tag"], e["by"]) for e in (await of_project(failed))[before:]]
    assert tags == [
        ("project:redo_asked", "owner:owner"),
        ("project:redo_asked", "owner:owner"),
        ("project:retried", "regulator:regulator"),
    ]
    facts = (await of_project(failed))[-1]["facts"]
    assert (facts["count"], facts["attempt"]) == (2, 3)
    assert facts["regulator"]["name"].startswith("达州市公共资源交易监督管理办公室")
    assert await queries.waiting_redos(["511702"], None, 9) == []
    assert await publish_again(town, failed) == f"round:{failed}/3"


@pytest.fixture
async def asked(failed: str) -> queries.RedoCard:
    """What waits for the regulator after a second failure."""
    return (await queries.redos(failed))[-1]


OTHERS = (
    (replace(REGULATOR, regions=("511703",)), "project.not_the_regulator"),
    (replace(REGULATOR, role=Role.AUDIT_ADMIN), "project.not_the_regulator"),
    (replace(REGULATOR, organisation="own-0001"), "project.not_the_regulator"),
    (replace(REGULATOR, code="somebody"), "documents.signed_by_another"),
)


@pytest.mark.parametrize(("other", "key"), OTHERS)
async def test_nobody_else_lets_the_second_begin(
    town: Town, failed: str, asked: queries.RedoCard, other: Actor, key: str
) -> None:
    regulator = await regulator_of(town)
    size = len(await of_project(failed))
    with pytest.raises(MarketError) as refused:
        await replace(regulator, actor=other).agree(failed, 2, asked.statement)
    assert (refused.value.key, refused.value.kind) == (key, Kind.FORBIDDEN)
    assert len(await of_project(failed)) == size
    assert (await Project.get(code=failed)).state is State.ASKED


async def test_a_regulator_signs_what_waits_and_nothing_else(
    town: Town, owner: Hand, failed: str, asked: queries.RedoCard
) -> None:
    regulator = await regulator_of(town)
    town.clock.forward(minutes=1)
    await owner.ask(failed, "PUBLICATION_ERROR")
    newer = (await queries.redos(failed))[-1].statement
    for attempt, said in ((2, asked.statement), (1, newer), (3, newer)):
        with pytest.raises(MarketError) as refused:
            await regulator.agree(failed, attempt, said)
        assert refused.value.key == "project.redo_changed"
    await regulator.agree(failed, 2, newer)
    with pytest.raises(MarketError) as again:
        await regulator.agree(failed, 2, newer)
    assert again.value.key == "project.redo_changed"


async def test_an_owner_may_give_up_while_it_waits(
    town: Town, failed: str, asked: queries.RedoCard
) -> None:
    assert asked.waits
    await actions.withdraw(town.call(OWNER), failed)
    with pytest.raises(MarketError) as refused:
        await (await regulator_of(town)).agree(failed, 2, asked.statement)
    assert refused.value.key == "project.redo_changed"


@pytest.mark.parametrize("reason", ["EXHAUSTED", "BECAUSE", "NOBODY_FIT"])
async def test_a_reason_that_the_region_lacks_or_that_did_not_happen_is_refused(
    owner: Hand, failed: str, reason: str
) -> None:
    with pytest.raises(MarketError) as refused:
        await owner.ask(failed, reason)
    assert refused.value.key == "project.redo_reason"


async def test_the_failure_itself_comes_first_among_the_reasons(town: Town, failed: str) -> None:
    found = await queries.asking(OWNER, failed, town.clock())
    assert found.reasons == (
        "TOO_FEW",
        "EVIDENCE_OF_COLLUSION",
        "PUBLICATION_ERROR",
        "COURT_ORDER",
    )
    assert not found.needs_regulator


async def test_bytes_that_are_old_changed_or_of_another_round_are_refused(
    town: Town, owner: Hand, failed: str
) -> None:
    said = await owner.statement(failed)
    call = town.call(owner.actor)
    for statement in (
        said.replace('"count":1', '"count":2'),
        said.replace("/1", "/2"),
        said.replace('"kind":"redo"', '"kind":"sign_in"'),
        said[:-1],
        said + " ",
    ):
        with pytest.raises((Refused, MarketError)) as refused:
            await actions.ask_again(call, failed, 1, await owner.sign(statement))
        assert isinstance(refused.value, Refused) or refused.value.key == "documents.no_statement"
    other = said.replace('"count":1', '"count":2').replace('"attempt":2', '"attempt":3')
    signature = await owner.sign(other.replace("/1", "/2"))
    with pytest.raises(MarketError) as refused:
        await actions.ask_again(call, failed, 2, signature)
    assert refused.value.key == "project.not_failed"
    signature = await owner.sign(said)
    town.clock.forward(minutes=10, seconds=1)
    for late in (signature, await owner.sign(said)):
        with pytest.raises(MarketError) as old:
            await actions.ask_again(town.call(owner.actor), failed, 1, late)
        assert old.value.key == "documents.statement_old"
    early = replace(call, now=call.now - timedelta(seconds=1))
    with pytest.raises(MarketError) as ahead:
        await actions.ask_again(early, failed, 1, signature)
    assert ahead.value.key == "documents.statement_old"


async def test_a_certificate_of_somebody_else_is_refused(
    town: Town, owner: Hand, failed: str
) -> None:
    said = await owner.statement(failed)
    colleague = replace(OWNER, code="owner-02", name="谭演示", organisation="own-0002")
    for signer in (
        await hand(town, OWNER, recorded=False),
        await hand(town, colleague),
        await regulator_of(town),
    ):
        signature = await signer.sign(said)
        with pytest.raises(MarketError) as refused:
            await actions.ask_again(town.call(OWNER), failed, 1, signature)
        assert refused.value.key == "documents.signed_by_another"


async def test_a_revoked_certificate_signs_nothing(town: Town, owner: Hand, failed: str) -> None:
    from market.demo import authority as demo  # noqa: PLC0415 - for this test alone

    said = await owner.statement(failed)
    office = demo.office(town.offices / "authority", "ca_a")
    authority.revoke(office, owner.signer.certificate, town.clock(), "keyCompromise")
    town.clock.forward(minutes=1)
    town.lists_until = town.clock()
    town.renew()
    with pytest.raises(Refused) as refused:
        await owner.sign(said)
    assert refused.value.code == "revoked"


async def test_others_are_told_that_there_is_no_such_project(
    town: Town, owner: Hand, failed: str
) -> None:
    stranger = replace(OWNER, code="owner-02", organisation="own-0002")
    with pytest.raises(MarketError) as unseen:
        await queries.asking(stranger, failed, town.clock())
    signature = await owner.sign(await owner.statement(failed))
    with pytest.raises(MarketError) as refused:
        await actions.ask_again(town.call(stranger), failed, 1, signature)
    assert unseen.value.key == refused.value.key == "not_found.project"
