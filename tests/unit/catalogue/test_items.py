"""The list of items tells the truth about what the law asks today (domain facts §0.10, §7.2)."""

import re

import pytest

from market.catalogue.policy import is_own
from market.catalogue.seed import listed
from market.kernel.actors import Actor, Role

ITEMS = listed("items")
TEXTS = ("name", "purpose", "qualification", "fee_basis", "result_document", "work")
# 招标代理, 工程咨询 2017, 环评 2018, 消防技术服务 2019, 造价咨询 2021, 水保方案 before.
ABOLISHED = (
    "eia",
    "soil-conservation",
    "feasibility",
    "application-report",
    "cost-consulting",
    "tender-agency",
    "fire-service",
    "water-resources",
)
LICENSED = (
    "surveying",
    "geohazard",
    "supervision",
    "geotechnical",
    "safety-assessment",
    "lightning",
)
HAN = re.compile("[一-鿿]")


def by_code(code: str) -> dict[str, object]:
    return next(row for row in ITEMS if row["code"] == code)


def test_there_are_at_least_24_with_codes_of_their_own() -> None:
    assert len(ITEMS) >= 24
    assert len({row["code"] for row in ITEMS}) == len({row["name"] for row in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row["code"])
def test_every_item_is_whole_in_both_languages(row: dict[str, object]) -> None:
    for text in TEXTS:
        assert HAN.search(str(row[text])), text
        assert not HAN.search(str(row[f"{text}_en"])), text
        assert len(str(row[f"{text}_en"])) >= 4
    assert 0 < row["floor_fen"] < row["ceiling_fen"]  # type: ignore[operator]  # numbers in the list
    assert 1 <= row["time_limit_days"] <= 365  # type: ignore[operator]  # as above
    assert row["department"] in {d["code"] for d in listed("departments")}


@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row["code"])
def test_every_item_names_its_law_and_article(row: dict[str, list[dict[str, str]]]) -> None:
    assert row["bases"]
    for basis in row["bases"]:
        assert set(basis) == {"law", "law_en", "article", "article_en"}
        assert all(basis.values())


@pytest.mark.parametrize("code", ABOLISHED)
def test_no_abolished_licence_is_demanded(code: str) -> None:
    assert by_code(code)["certificate"] is None


@pytest.mark.parametrize("code", LICENSED)
def test_a_licence_in_force_is_named(code: str) -> None:
    assert by_code(code)["certificate"]


def test_a_cleared_item_is_kept_and_closed() -> None:
    assert [row["code"] for row in ITEMS if row.get("state") == "closed"] == ["lightning-risk"]


@pytest.mark.parametrize("role", Role)
def test_an_item_is_its_department_s(role: Role) -> None:
    assert is_own(Actor(role, "p", organisation="dep-1"), "dep-1") is (role is Role.DEPARTMENT)
    assert not is_own(Actor(role, "p", organisation="dep-2"), "dep-1")
    assert not is_own(Actor(role, "p"), "dep-1")
