"""Who drafted a dear project does not publish it; a second person does, or sends it back."""

from dataclasses import replace

import pytest

from market.accounts.models import Grant
from market.demo.players import publication_form
from market.documents import signatures
from market.documents.signatures import SignedStatement
from market.kernel.actors import Actor, Role
from market.kernel.errors import Kind, MarketError
from market.projects import actions, queries
from market.projects.models import Project
from market.projects.queries.publishing import SentBack
from market.projects.rules.steps import STEPS
from market.projects.states import State
from market.selection.artifacts import paper
from market.selection.forms import OwnContribution
from market.selection.models import Round
from market.selection.publishing import owner_signature
from market.selection.publishing.owner_signature import going_out
from market.selection.publishing.project_need import need_of
from market.selection.publishing.publication import prepare
from market.selection.publishing.publish import publish
from market.web.panels import duties, waits
from signing.core.canonical import b64, instant
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.statements import cades, redo
from tests.factories.needs import typed
from tests.factories.town import OWNER, SECOND, Town, entries

RIVAL = replace(OWNER, code="owner-02", organisation="own-0002")


@pytest.fixture
async def dear(town: Town) -> str:
    """A checked need of 600,000 yuan; drafted by the owner's first person."""
    await town.turns()
    return await town.ready(control_price="60")


async def refusal(town: Town, actor: Actor, code: str) -> tuple[str, Kind]:
    """Why somebody may not publish."""
    with pytest.raises(MarketError) as refused:
        await town.publish_ready(code, actor)
    return refused.value.key, refused.value.kind


async def verbs(town: Town, actor: Actor, code: str) -> list[str]:
    return [one.verb for one in await duties(town.call(actor), [code])]


async def test_the_drafter_waits_and_the_second_person_publishes(town: Town, dear: str) -> None:
    assert await refusal(town, OWNER, dear) == ("project.second_person", Kind.FORBIDDEN)
    assert await refusal(town, RIVAL, dear) == ("not_found.project", Kind.NOT_FOUND)
    assert await verbs(town, OWNER, dear) == []
    assert await verbs(town, SECOND, dear) == ["selection.duty.publish"]
    found = await queries.publishing(dear, OWNER, town.clock())
    assert (found.needs_second, found.may_publish, found.others) == (True, False, ("柳演发",))
    (row,) = (await queries.desk(town.call(OWNER), "open", None)).page.rows
    assert (row.waits_for, row.duties) == (("柳演发",), ())
    about = await town.publish_ready(dear, SECOND)
    (published,) = [e for e in await entries(about) if e["tag"].endswith(":published")]
    (ready,) = await entries(f"project:{dear}")
    assert (ready["by"], published["by"]) == ("owner:owner", "owner:owner-b")
    for reader in (OWNER, SECOND):
        found = await queries.publishing(dear, reader, town.clock())
        assert (found.drafter, found.publisher) == ("罗演之", "柳演发")
    assert await queries.publishing(dear, RIVAL, town.clock()) is None
    assert await verbs(town, SECOND, dear) == []


async def test_below_the_sum_one_person_is_enough(town: Town) -> None:
    await town.turns()
    code = await town.ready(control_price="49.9999")
    assert await verbs(town, OWNER, code) == ["selection.duty.publish"]
    assert await town.publish_ready(code, OWNER)


async def test_whoever_changes_it_after_the_check_becomes_its_drafter(
    town: Town, dear: str
) -> None:
    earlier = typed(town.clock())["deadline_at"].replace("T16", "T15")
    await actions.save(town.call(SECOND), dear, 5, {"deadline_at": earlier})
    assert (await Project.get(code=dear)).state is State.DRAFT
    assert await refusal(town, SECOND, dear) == ("project.no_transition", Kind.CONFLICT)
    await actions.check(town.call(SECOND), dear)
    assert await refusal(town, SECOND, dear) == ("project.second_person", Kind.FORBIDDEN)
    assert await town.publish_ready(dear, OWNER)


async def test_the_organisations_certificate_is_neither_of_the_two(town: Town, dear: str) -> None:
    """Whoever holds it could be the drafter today and the second person tomorrow."""
    as_second, as_first = replace(SECOND, by_seal=True), replace(OWNER, by_seal=True)
    assert await refusal(town, as_second, dear) == ("project.by_seal", Kind.FORBIDDEN)
    assert not (await queries.publishing(dear, as_second, town.clock())).may_publish
    earlier = typed(town.clock())["deadline_at"].replace("T16", "T15")
    await actions.save(town.call(as_first), dear, 5, {"deadline_at": earlier})
    with pytest.raises(MarketError) as refused:
        await actions.check(town.call(as_first), dear)
    assert refused.value.key == "project.by_seal"
    assert (await Project.get(code=dear)).state is State.DRAFT
    await actions.check(town.call(OWNER), dear)
    assert await town.publish_ready(dear, SECOND)
    assert await town.publish_ready(await town.ready(control_price="2.5"), as_first)


async def test_whoever_only_drafts_waits_for_who_publishes_even_below_the_sum(town: Town) -> None:
    await town.turns()
    await Grant.filter(person_id=OWNER.code, role=Role.OWNER).update(drafts_only=True)
    drafting = replace(OWNER, drafts_only=True)
    code = await town.ready(control_price="2.5")
    assert await refusal(town, drafting, code) == ("project.drafts_only", Kind.FORBIDDEN)
    found = await queries.publishing(code, drafting, town.clock())
    assert (found.needs_second, found.may_publish, found.others) == (False, False, ("柳演发",))
    (wait,) = [one for one in await waits(town.call(drafting)) if one.project == code]
    assert wait.on == ("柳演发",)
    dear = await town.ready(control_price="60")
    assert (await queries.publishing(dear, drafting, town.clock())).others == ("柳演发",)
    await Project.filter(code=dear).update(drafter=SECOND.code)
    nobody = await queries.publishing(dear, drafting, town.clock())
    assert nobody.others == (), "one drafted it, the other may only draft"
    assert await town.publish_ready(code, SECOND)


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
    assert await town.publish_ready(dear, SECOND)


async def form_of(town: Town, code: str, **other: str) -> OwnContribution:
    """What the owner's browser sends; in the statement what is given instead."""
    call = town.call(OWNER)
    _, form = await publication_form(call, code)
    need = await need_of(code, OWNER, call.now)
    going = await going_out(OWNER, need, await prepare(call.tools, need, call.now))
    said = replace(going, **other).statement(instant(call.now))
    return form.model_copy(update={"signed": signed(town, said.decode())})


def signed(town: Town, said: str, who: str = OWNER.code) -> SignedStatement:
    cms = cades.sign(said.encode(), town.signers[who], town.clock())
    return SignedStatement(statement=said, cms_b64=b64(cms))


async def send(town: Town, code: str, form: OwnContribution, actor: Actor = OWNER) -> None:
    call = town.call(actor)
    signature = await signatures.taken(call, form.signed) if form.signed else None
    await publish(call, code, form, signature)


async def why_refused(town: Town, code: str, form: OwnContribution, actor: Actor = OWNER) -> str:
    """The refusal; nothing was published by it."""
    with pytest.raises((MarketError, Refused)) as refused:
        await send(town, code, form, actor)
    assert not await Round.exists(project=code)
    assert (await Project.get(code=code)).state in {State.READY, State.DRAFT}
    return getattr(refused.value, "key", "") or getattr(refused.value, "code", "")


@pytest.fixture
async def checked(town: Town) -> str:
    """A checked need that one person may publish."""
    await town.turns()
    return await town.ready()


async def test_what_was_signed_is_logged_and_kept(town: Town, checked: str) -> None:
    form = await form_of(town, checked)
    assert form.signed
    await send(town, checked, form)
    (published,) = [e for e in await entries(f"round:{checked}/1") if "published" in e["tag"]]
    facts, data = published["facts"], form.signed.statement.encode()
    assert facts["statement"] == sha256(data).hex()
    assert facts["owner"]["name"] == "通川区水务局（演示）"
    cms = await paper(facts["owner"]["cms_sha256"])
    found = cades.verify_of_either(data, cms, town.city.tools.trust())
    assert (await paper(facts["statement"]), found.holder.name) == (data, "罗演之")


@pytest.mark.parametrize(
    "other",
    [
        {"need_sha256": "ab" * 32},
        {"draw_id": "ab" * 32},
        {"opens_at": "2030-01-01T00:00:00.000Z"},
        {"by": "owner:owner-b"},
        {"owner": "通川区教育和科学技术局（演示）"},
        {"credit_code": "11511799MX0000027H"},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_a_signature_over_something_else_publishes_nothing(
    town: Town, checked: str, other: dict[str, str]
) -> None:
    form = await form_of(town, checked, **other)
    assert await why_refused(town, checked, form) == "selection.publication_other"


async def test_no_signature_or_one_of_another_round_or_kind_publishes_nothing(
    town: Town, checked: str
) -> None:
    form = await form_of(town, checked)
    assert form.signed
    bare = form.model_copy(update={"signed": None})
    assert await why_refused(town, checked, bare) == "selection.publication_unsigned"
    second = await form_of(town, checked, about=f"round:{checked}/2")
    assert await why_refused(town, checked, second) == "shape"
    kind = signed(
        town, redo.statement(f"round:{checked}/1", "TOO_FEW", instant(town.clock())).decode()
    )
    redone = form.model_copy(update={"signed": kind})
    assert await why_refused(town, checked, redone) == "shape"


async def test_an_old_signature_or_one_of_the_future_publishes_nothing(
    town: Town, checked: str
) -> None:
    form, now = await form_of(town, checked), town.clock.now
    town.clock.forward(minutes=10, seconds=1)
    assert await why_refused(town, checked, form) == "documents.statement_old"
    ahead = await form_of(town, checked)
    town.clock.now = now
    assert await why_refused(town, checked, ahead) in {"documents.statement_old", "signing_time"}


async def test_somebody_else_s_certificate_publishes_nothing(town: Town, checked: str) -> None:
    form = await form_of(town, checked)
    assert form.signed
    said, agency = form.signed.statement, town.applicants[0].signer
    stranger = SignedStatement(
        statement=said, cms_b64=b64(cades.sign(said.encode(), agency, town.clock()))
    )
    for another in (signed(town, said, SECOND.code), stranger):
        other = form.model_copy(update={"signed": another})
        assert await why_refused(town, checked, other) == "documents.signed_by_another"


async def test_a_need_that_changed_after_it_was_signed_is_not_published(
    town: Town, checked: str
) -> None:
    form, said = await form_of(town, checked), typed(town.clock(), amount_note="一次付清")
    paying = {name: said.get(name, "") for name in STEPS[2].fields}
    await actions.save(town.call(SECOND), checked, 3, paying)
    assert await why_refused(town, checked, form) == "project.no_transition"
    await actions.check(town.call(SECOND), checked)
    assert await why_refused(town, checked, form) == "selection.publication_other"


async def test_a_colleague_s_signature_is_not_the_publisher_s(town: Town, dear: str) -> None:
    """The drafter signs, the second person sends it: two hands that are one."""
    form = await form_of(town, dear)
    assert await why_refused(town, dear, form, SECOND) == "selection.publication_other"
    assert await why_refused(town, dear, form) == "project.second_person"


async def test_a_region_that_asks_for_none_publishes_without(
    town: Town, checked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_signature, "is_asked_for", lambda _region, _now: False)
    call = town.call(OWNER)
    assert await owner_signature.statement_to_sign(call, checked) is None
    form = (await form_of(town, checked)).model_copy(update={"signed": None})
    await send(town, checked, form)
    (published,) = [e for e in await entries(f"round:{checked}/1") if "published" in e["tag"]]
    assert not {"statement", "owner"} & published["facts"].keys()
