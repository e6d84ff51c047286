"""What an owner does before publication: nothing typed is lost, each act has one ledger entry."""

import pytest

from market.agencies.models import Agency
from market.infra.db import use_case
from market.kernel.call import Call, Retry
from market.kernel.errors import Kind, MarketError
from market.projects import actions, lookup, steps
from market.projects.models import Project
from market.projects.rules.setting import SEVERAL
from market.projects.rules.steps import STEPS
from market.projects.states import State
from signing.core import canonical, hashing
from tests.factories.city import TestCity
from tests.factories.needs import typed
from tests.factories.owners import (
    AGENCY,
    OWNER,
    REGULATOR,
    RIVAL,
    entries,
    make_ready,
    open_market,
    publish,
)


@pytest.fixture
async def agencies(city: TestCity) -> list[str]:
    return await open_market(city)


async def _start(city: TestCity) -> str:
    return (await actions.start(city.call(OWNER))).code


async def test_codes_count_up_within_the_year_of_the_city(
    city: TestCity, agencies: list[str]
) -> None:
    assert [await _start(city) for _ in range(3)] == [
        "DZ-2026-000001",
        "DZ-2026-000002",
        "DZ-2026-000003",
    ]
    city.clock.forward(days=38, hours=16)  # 1 January 2027, 01:00 in the city, still 2026 in UTC
    assert await _start(city) == "DZ-2027-000001"


async def test_a_draft_keeps_what_was_typed_right_or_wrong_and_writes_no_entry(
    city: TestCity, agencies: list[str]
) -> None:
    code = await _start(city)
    wrong = {"control_price": "十二万", "control_unit": "wan", "funding": "fiscal"}
    await actions.save(city.call(OWNER), code, 3, wrong)
    await actions.save(city.call(OWNER), code, 1, {"title": "水保", "unknown": "x"})
    row = await Project.get(code=code)
    assert row.typed["control_price"] == "十二万"
    assert row.typed["title"] == "水保"
    assert "unknown" not in row.typed
    assert await entries(code) == []


async def test_check_fixes_the_need_and_logs_its_hash_once(
    city: TestCity, agencies: list[str]
) -> None:
    code = await make_ready(city)
    row = await Project.get(code=code)
    assert row.state is State.READY
    [entry] = await entries(code)
    assert entry["tag"] == "project:ready"
    digest = hashing.sha256(canonical.dumps(row.need)).hex()
    assert entry["facts"] == {"need_sha256": digest, "attempt": 1}


async def test_a_breach_blocks_and_leaves_the_draft_as_it_was(
    city: TestCity, agencies: list[str]
) -> None:
    code = await _start(city)
    with pytest.raises(MarketError) as refused:
        await actions.check(city.call(OWNER), code)
    assert refused.value.kind is Kind.UNPROCESSABLE
    assert refused.value.fields["title"][0] == "project.missing.title"
    assert (await Project.get(code=code)).state is State.DRAFT
    assert await entries(code) == []


async def test_a_change_after_the_check_reopens_it_and_no_change_does_not(
    city: TestCity, agencies: list[str]
) -> None:
    code = await make_ready(city)
    row = await Project.get(code=code)
    same = {name: row.typed.get(name, "") for name in STEPS[3].fields}
    await actions.save(city.call(OWNER), code, 4, same)
    assert (await Project.get(code=code)).state is State.READY
    await actions.save(city.call(OWNER), code, 4, same | {"way": "random"})
    assert (await Project.get(code=code)).state is State.DRAFT
    assert [e["tag"] for e in await entries(code)] == ["project:ready", "project:reopened"]


async def test_discarding_can_be_taken_back_with_everything_typed(
    city: TestCity, agencies: list[str]
) -> None:
    code = await make_ready(city)
    await actions.discard(city.call(OWNER), code)
    with pytest.raises(MarketError) as refused:
        await actions.save(city.call(OWNER), code, 1, {"title": "改"})
    assert refused.value.key == "project.closed"
    await actions.restore(city.call(OWNER), code)
    row = await Project.get(code=code)
    assert (row.state, row.typed["title"]) == (State.DRAFT, typed()["title"])
    tags = [e["tag"] for e in await entries(code)]
    assert tags == ["project:ready", "project:discarded", "project:restored"]


async def test_a_copy_is_a_new_draft_without_the_date(city: TestCity, agencies: list[str]) -> None:
    code = await publish(city)
    row = await Project.get(code=(await actions.copy(city.call(OWNER), code)).code)
    assert (row.state, row.need, row.published_at) == (State.DRAFT, None, None)
    assert row.typed == {k: v for k, v in typed(city.clock()).items() if k != "deadline_at"}


async def test_what_was_published_is_fixed(city: TestCity, agencies: list[str]) -> None:
    code = await publish(city)
    for act in (
        actions.save(city.call(OWNER), code, 1, {"title": "改"}),
        actions.discard(city.call(OWNER), code),
        actions.restore(city.call(OWNER), code),
        actions.check(city.call(OWNER), code),
    ):
        with pytest.raises(MarketError) as refused:
            await act
        assert refused.value.kind is Kind.CONFLICT


@pytest.mark.parametrize("stranger", [RIVAL, AGENCY, REGULATOR], ids=lambda a: a.code)
async def test_for_everyone_else_the_project_is_not_there(
    city: TestCity, agencies: list[str], stranger: object
) -> None:
    code = await make_ready(city)
    before = (await Project.get(code=code)).typed
    for subject in (code, "DZ-2026-999999"):
        call = city.call(stranger)  # type: ignore[arg-type]  # a parameter of this test
        for act in (
            actions.save(call, subject, 1, {"title": "改"}),
            actions.check(call, subject),
            actions.discard(call, subject),
            actions.restore(call, subject),
            actions.copy(call, subject),
        ):
            with pytest.raises(MarketError) as refused:
                await act
            assert (refused.value.kind, refused.value.key) == (Kind.NOT_FOUND, "not_found.project")
    assert (await Project.get(code=code)).typed == before
    assert len(await entries(code)) == 1


@pytest.mark.parametrize("stranger", [AGENCY, REGULATOR], ids=lambda a: a.code)
async def test_only_owners_open_drafts(
    city: TestCity, agencies: list[str], stranger: object
) -> None:
    with pytest.raises(MarketError) as refused:
        await actions.start(city.call(stranger))  # type: ignore[arg-type]  # a parameter of this test
    assert refused.value.kind is Kind.FORBIDDEN
    assert await Project.all().count() == 0


async def test_a_repeated_key_opens_one_draft(city: TestCity, agencies: list[str]) -> None:
    base = city.call(OWNER)
    call = Call(base.actor, base.now, base.tools, Retry("key-00000001", "a" * 64))
    assert await actions.start(call) == await actions.start(call)
    assert await Project.all().count() == 1


async def test_an_answer_without_measure_is_refused_and_not_half_kept(
    city: TestCity, agencies: list[str]
) -> None:
    code = await _start(city)
    with pytest.raises(MarketError) as refused:
        await actions.save(city.call(OWNER), code, 1, {"title": "好", "summary": "长" * 100_000})
    assert set(refused.value.fields) == {"summary"}
    assert (await Project.get(code=code)).typed == {}


async def test_agencies_are_found_by_code_credit_code_and_name(
    city: TestCity, agencies: list[str]
) -> None:
    row = await Agency.get(code=agencies[0])
    spaced = " ".join(row.name)
    wide = row.credit_code.translate({ord(c): ord(c) + 0xFEE0 for c in row.credit_code})
    for asked in (row.code, row.code.upper(), row.credit_code.lower(), wide, row.name, spaced):
        code = await make_ready(city, avoid_1=asked, avoid_tie_1="kinship", avoid_note_1="亲属")
        kept = await Project.get(code=code)
        assert kept.avoid == [{"agency": row.code, "tie": "kinship", "note": "亲属"}]
        assert kept.need["avoid"] == [{"agency": row.code, "tie": "kinship"}]


async def test_a_name_that_two_agencies_have_does_not_tell_which_to_keep_out(
    city: TestCity, agencies: list[str]
) -> None:
    first, second = await Agency.all().order_by("number").limit(2)
    await Agency.filter(code=second.code).update(name=first.name, name_key=first.name_key)
    known = await lookup.agencies([first.name, first.credit_code, second.code])
    assert known == {
        first.name: SEVERAL, first.credit_code: first.code, second.code: second.code
    }  # fmt: skip
    with pytest.raises(MarketError) as refusal:
        await make_ready(city, avoid_1=first.name, avoid_tie_1="kinship")
    assert refusal.value.fields["avoid_1"][0] == "project.avoid.several"


async def test_a_text_that_names_a_registered_agency_is_refused(
    city: TestCity, agencies: list[str]
) -> None:
    name = (await Agency.get(code=agencies[1])).name
    with pytest.raises(MarketError) as refused:
        await make_ready(city, requirements=f"由{name}推荐的人员")
    assert refused.value.fields == {"requirements": ("project.text.agency", {"agency": name})}


@use_case
async def _published(call: Call, code: str) -> None:
    row = await steps.locked(code)
    assert row.deadline_at
    await steps.published(call, code, row.deadline_at)


async def test_publication_is_checked_again_at_its_own_hour(
    city: TestCity, agencies: list[str]
) -> None:
    code = await make_ready(city)
    city.clock.forward(days=8)  # the wished deadline is now too near
    with pytest.raises(MarketError) as refused:
        await _published(city.call(OWNER), code)
    assert refused.value.key == "project.not_publishable"
    assert refused.value.fields["deadline_at"][0] == "project.deadline.early"
    assert (await Project.get(code=code)).state is State.READY
