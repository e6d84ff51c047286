"""Every rule of a need: the field it names, the source it cites, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.calendar import Calendar
from market.kernel.clock import local
from market.kernel.names import name_key
from market.projects.rules import Breach, Source, breaches, names_in, read, warnings
from market.projects.rules.steps import STEP_OF
from market.projects.states import Pool
from market.web.i18n import LOCALES, say
from tests.factories.needs import ITEM, NOW, setting, typed

LOCALE = Path("market/locale")


def found(setting_changes: dict | None = None, **changes: str) -> list[Breach]:
    draft, unread = read(typed(**changes))
    return breaches(draft, setting(**(setting_changes or {})), unread)


def warned(setting_changes: dict | None = None, **changes: str) -> set[str]:
    draft, _ = read(typed(**changes))
    found = warnings(draft, setting(**(setting_changes or {})))
    assert not [w for w in found if any("%(" in say(lang, w.key, **w.facts) for lang in LOCALES)]
    return {w.key for w in found}


def test_a_complete_need_breaks_nothing_and_warns_of_nothing() -> None:
    assert found() == []
    assert warned() == set()


CASES = [
    ({"title": ""}, "title", "project.missing.title", Source.DEMAND),
    ({"title": "测绘"}, "title", "project.title.short", Source.DEMAND),
    ({"title": "字" * 61}, "title", "project.unread.too_long", Source.FORM),
    ({"item": ""}, "item", "project.missing.item", Source.ITEM),
    ({"summary": "编制方案"}, "summary", "project.summary.short", Source.DEMAND),
    ({"service_days": "0"}, "service_days", "project.unread.number", Source.FORM),
    ({"service_days": "-3"}, "service_days", "project.unread.number", Source.FORM),
    ({"region": "110000"}, "region", "project.region.unknown", Source.REGION),
    ({"contact_name": ""}, "contact_name", "project.missing.contact_name", Source.FORM),
    ({"contact_phone": "8888"}, "contact_phone", "project.unread.phone", Source.FORM),
    ({"complaint_phone": ""}, "complaint_phone", "project.missing.complaint_phone", Source.REGION),
    (
        {"needs_approval": "yes"},
        "approval_number",
        "project.missing.approval_number",
        Source.DEMAND,
    ),
    ({"funding": ""}, "funding", "project.missing.funding", Source.BUDGET),
    ({"funding": "mixed"}, "fiscal_percent", "project.missing.fiscal_percent", Source.BUDGET),
    ({"funding": "gold"}, "funding", "project.unread.choice", Source.FORM),
    ({"control_price": ""}, "control_price", "project.price.needed_by_way", Source.WAYS),
    ({"control_price": "0"}, "control_price", "project.unread.zero_price", Source.FORM),
    ({"control_price": "-5"}, "control_price", "money.not_a_sum", Source.FORM),
    ({"control_price": "1e9"}, "control_price", "money.not_a_sum", Source.FORM),
    ({"control_price": "9" * 30}, "control_price", "money.too_large", Source.FORM),
    ({"control_price": "0.0000001"}, "control_price", "money.not_a_sum", Source.FORM),
    ({"control_price": "100"}, "control_price", "project.price.procurement", Source.PROCUREMENT),
    ({"way": ""}, "way", "project.missing.way", Source.WAYS),
    ({"way": "preferential"}, "way", "project.unread.choice", Source.FORM),
    ({"way": "random", "pool": ""}, "pool", "project.missing.pool", Source.WAYS),
    ({"deadline_at": ""}, "deadline_at", "project.missing.deadline_at", Source.REGION),
    ({"deadline_at": "2026-02-30T10:00"}, "deadline_at", "project.unread.time", Source.FORM),
    ({"deadline_at": "2026-11-23T10:01"}, "deadline_at", "project.deadline.early", Source.REGION),
    ({"deadline_at": "2020-01-01T10:00"}, "deadline_at", "project.deadline.early", Source.REGION),
    ({"deadline_at": "2027-11-23T10:00"}, "deadline_at", "project.deadline.late", Source.REGION),
    ({"avoid_tie_1": "kinship"}, "avoid_1", "project.avoid.agency", Source.RECUSAL),
    (
        {"avoid_1": "没有这家", "avoid_tie_1": "kinship"},
        "avoid_1",
        "project.avoid.unknown",
        Source.RECUSAL,
    ),
    ({"witness_2": "王强"}, "witness_unit_2", "project.witness.unit", Source.FORM),
    ({"witness_unit_3": "纪检组"}, "witness_3", "project.witness.name", Source.FORM),
    (
        {"summary": "完成后请联系 13812345678，编制水土保持方案报告书。"},
        "summary",
        "project.text.contact",
        Source.PRIVACY,
    ),
    (
        {"requirements": "加微信：shuibao2026 报名"},
        "requirements",
        "project.text.contact",
        Source.PRIVACY,
    ),
    (
        {"requirements": "具备水土保持方案编制单位资质"},
        "requirements",
        "project.text.abolished.soil",
        Source.LICENCES,
    ),
    (
        {"requirements": "工程造价咨询企业甲级资质"},
        "requirements",
        "project.text.abolished.cost",
        Source.LICENCES,
    ),
    ({"title": "滨河路\x07防洪治理工程方案"}, "title", "project.unread.characters", Source.FORM),
    ({"title": "滨河路\u202e防洪治理工程方案"}, "title", "project.unread.characters", Source.FORM),
    ({"title": "滨河路\ud800防洪治理工程方案"}, "title", "project.unread.characters", Source.FORM),
]


@pytest.mark.parametrize(("changes", "field", "key", "source"), CASES)
def test_a_breach_names_field_sentence_and_source(
    changes: dict[str, str], field: str, key: str, source: Source
) -> None:
    (breach,) = found(**changes)
    assert (breach.field, breach.key, breach.source) == (field, key, source)
    for locale in LOCALES:
        sentence = say(locale, breach.key, **breach.facts)
        assert "%(" not in sentence, "a place that no fact fills"


def test_an_item_that_is_closed_or_unknown_blocks() -> None:
    for item, key in ((None, "unknown"), (replace(ITEM, is_open=False), "retired")):
        (breach,) = found({"item": item})
        assert (breach.field, breach.key) == ("item", f"project.item.{key}")


def test_a_pool_counts_only_where_there_is_a_choice_of_one() -> None:
    draft, _ = read(typed(way="price", pool="qualified"))
    assert draft.pool is None
    (breach,) = breaches(replace(draft, pool=Pool.QUALIFIED), setting())
    assert (breach.field, breach.key) == ("pool", "project.pool.random_only")


LOT = {"way": "random", "fee_kind": "fixed", "fee": "68000"}
STANDARD = {"fee_name": "收费标准", "fee_number": "发改价〔2025〕7号", "fee_rule": "按附表计算"}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"fee": "120000"}, []),
        ({"fee": "120000.01"}, ["fee"]),
        ({"fee": ""}, ["fee"]),
        ({"fee": "6.80"}, ["fee_sure"]),
        ({"fee": "6.80", "fee_sure": "6.80"}, []),
        ({"fee": "6.90", "fee_sure": "6.80"}, ["fee_sure"]),
        ({"fee_kind": ""}, ["fee_kind"]),
        ({"fee_kind": "open"}, ["fee_kind"]),
        ({"fee_kind": "open", "funding": "mixed", "fiscal_percent": "1"}, ["fee_kind"]),
        ({"fee_kind": "open", "funding": "social"}, []),
        ({"fee_kind": "", "funding": "social"}, []),
        ({"fee_kind": "standard", "fee": ""}, ["fee_name", "fee_number", "fee_rule"]),
        ({"fee_kind": "standard", **STANDARD}, []),
        ({"way": "price", "fee_kind": "", "fee": ""}, []),
    ],
    ids=str,
)
def test_nothing_is_left_to_negotiate_after_a_lot_for_fiscal_money(
    changes: dict[str, str], fields: list[str]
) -> None:
    assert [breach.field for breach in found(**(LOT | changes))] == fields


@pytest.mark.parametrize(
    ("price", "unit", "field"),
    [
        ("6.80", "yuan", "project.price.low_unit"),
        ("1999.99", "yuan", "project.price.low_unit"),
        ("2000", "yuan", None),
        ("6.80", "wan", None),
        ("150", "wan", None),
        ("150.000001", "wan", "project.price.high_unit"),
    ],
)
def test_an_unlikely_unit_is_asked_about_once(price: str, unit: str, field: str | None) -> None:
    said = {"control_price": price, "control_unit": unit, "funding": "social"}
    asked = [breach.key for breach in found(**said)]
    assert asked == ([field] if field else [])
    assert found(**said, control_price_sure=f"{price} {unit}") == []
    other = "wan" if unit == "yuan" else "yuan"
    assert [b.key for b in found(**said, control_price_sure=f"{price} {other}")] == asked


def test_where_an_item_has_no_usual_range_nobody_works_for_less_than_a_floor() -> None:
    item = {"item": replace(ITEM, floor_fen=None, ceiling_fen=None)}
    said = {"control_unit": "yuan", "funding": "social"}
    assert found(item, control_price="500", **said) == []
    (asked,) = found(item, control_price="499.99", **said)
    assert asked.field == "control_price_sure"


def test_an_avoided_agency_needs_a_tie_and_for_other_ties_a_note() -> None:
    known = {"agencies": {"甲": "a1", "A": "a1", "乙": "a2"}}
    assert [b.key for b in found(known, avoid_1="甲")] == ["project.avoid.tie"]
    assert found(known, avoid_1="甲", avoid_tie_1="kinship") == []
    assert [b.key for b in found(known, avoid_1="甲", avoid_tie_1="other")] == [
        "project.avoid.note"
    ]
    twice = found(known, avoid_1="甲", avoid_tie_1="kinship", avoid_3="A", avoid_tie_3="director")
    assert [(b.field, b.key) for b in twice] == [("avoid_3", "project.avoid.twice")]


def test_naming_a_registered_agency_is_designating_it() -> None:
    name = "达州青山水土保持咨询有限公司"
    text = f"须由{name}配合编制水土保持方案报告书。"
    draft, _ = read(typed(summary=text))
    assert name in names_in(draft)
    breach = found({"named": (name,)}, summary=text)
    assert [(b.field, b.key, b.source) for b in breach] == [
        ("summary", "project.text.agency", Source.DESIGNATION)
    ]
    assert found({"named": ()}, summary=text) == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("达州青山水土保持咨询有限公司", "达州青山 水土保持咨询有限公司"),
        ("达州青山（四川）工程咨询有限公司", "达州青山(四川)工程咨询有限公司"),
        ("达州青山（四川）工程咨询有限公司", "達州青山四川工程諮詢有限公司"),
        ("四川某某会计师事务所（特殊普通合伙）", "四川某某会计师事务所(特殊普通合伙)"),
        ("达州青山勘察设计院有限公司", "由达州青山勘察设计院有限公司，"),
        ("ABC测绘有限公司", "ａｂｃ測繪有限公司"),
        ("㐀䶮测绘有限公司", "㐀䶮测绘有限公司"),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(name: str, written: str) -> None:
    text = f"成果须符合要求。建议{written}配合编制报告。"
    draft, _ = read(typed(summary=text))
    assert name_key(name) in names_in(draft)
    assert found({"named": (name,)}, summary=text)[0].key == "project.text.agency"


def test_no_text_makes_more_names_than_can_be_asked_for() -> None:
    draft, _ = read(typed(summary="公司" * 900))
    assert len(names_in(draft)) < 60 * 900
    assert all(4 < len(piece) <= 60 for piece in names_in(draft))


def test_fiscal_money_goes_through_procurement_from_the_threshold_on() -> None:
    limit = setting().rules.purchase_threshold_fen
    below, at = f"{(limit - 1) / 100:.2f}", f"{limit / 100:.2f}"
    keys = {
        (money, price): [
            b.key for b in found(funding=money, control_price=price, control_unit="yuan")
        ]
        for money in ("fiscal", "social")
        for price in (below, at)
    }
    assert keys == {
        ("fiscal", below): [],
        ("fiscal", at): ["project.price.procurement"],
        ("social", below): [],
        ("social", at): [],
    }
    mixed = found(funding="mixed", fiscal_percent="1", control_price=at, control_unit="yuan")
    assert [b.key for b in mixed] == ["project.price.procurement"]


def test_without_a_control_price_only_private_money_with_a_note_passes() -> None:
    free = {"way": "random", "control_price": ""}
    assert found(**free, funding="social") == []
    assert [b.key for b in found(**free, funding="social", amount_note="")] == [
        "project.missing.amount_note"
    ]
    assert [b.key for b in found(**free)] == ["project.price.needed_by_budget"]


def test_the_window_is_counted_in_working_days_to_the_minute() -> None:
    first = local(Calendar().add(NOW, setting().rules.sign_up_working_days))
    assert found(deadline_at=f"{first:%Y-%m-%dT%H:%M}") == []
    early = first - timedelta(minutes=1)
    assert [b.key for b in found(deadline_at=f"{early:%Y-%m-%dT%H:%M}")] == [
        "project.deadline.early"
    ]


def test_warnings_do_not_block() -> None:
    assert warned(control_price="60") == {"project.price.unusual"}
    assert found(control_price="60") == []
    assert warned(service_days="41") == {"project.days.beyond_item"}
    assert warned(deadline_at="2026-11-28T10:00") == {"project.deadline.day_off"}
    assert warned(deadline_at="2026-12-01T20:00") == {"project.deadline.after_hours"}
    assert warned(requirements="仅限本地机构参加") == {"project.text.local"}
    split = {"spent_fen": 95_000_000}
    assert warned(split, control_price="5") == {"project.price.splitting"}
    assert found(split, control_price="5") == []


SOURCES = {str(source) for source in Source}


@given(
    st.dictionaries(
        st.sampled_from(sorted(STEP_OF)),
        st.one_of(st.text(max_size=80), st.lists(st.text(max_size=5), max_size=3), st.integers()),
    )
)
def test_whatever_is_typed_is_read_and_every_finding_is_complete(values: dict[str, object]) -> None:
    draft, unread = read(values)
    for b in [*breaches(draft, setting(), unread), *warnings(draft, setting())]:
        assert b.field in STEP_OF
        assert str(b.source) in SOURCES
        assert all(isinstance(v, str | int) for v in b.facts.values())


@given(st.integers(min_value=1, max_value=10**12))
def test_a_price_is_read_to_the_fen_whatever_its_unit(fen: int) -> None:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    wan = f"{fen // 1_000_000}.{fen % 1_000_000:06d}"
    for text, unit in ((yuan, "yuan"), (wan, "wan")):
        draft, unread = read(typed(control_price=text, control_unit=unit))
        assert (draft.control_price_fen, unread) == (fen, [])


def test_every_key_that_the_rules_can_say_has_words_in_both_languages() -> None:
    said = {key for _, _, key, _ in CASES if key.startswith("project.")} | SOURCES
    for locale in ("zh_CN", "en"):
        with (LOCALE / locale / "LC_MESSAGES" / "projects.po").open(encoding="utf-8") as file:
            worded = {m.id for m in read_po(file) if m.id and m.string}
        assert said <= worded
