"""The words of the notice follow from its statement; days are the city's, sums stand twice."""

from typing import Any

import pytest

from market.selection.papers import words
from signing.core.errors import Refused
from signing.statements import notice
from tests.factories.papers import STATEMENT


def rows(**changes: Any) -> dict[str, str]:
    return {row["label"]: row["value"] for row in words(STATEMENT | changes)["rows"]}


def test_what_a_notice_says() -> None:
    assert rows() == {
        "项目名称": "渠道整治工程水土保持方案编制",
        "项目编号": "DZ-2026-000001",
        "项目业主": "通川区水务局（演示）",
        "所在地区": "通川区",
        "选取方式": "网上竞价",
        "中选机构": "甲咨询（演示）",
        "统一社会信用代码": "91511799MA00000000",
        "中选金额": "人民币 123,456.00 元（大写：壹拾贰万叁仟肆佰伍拾陆元整）",
        "控制价": "150,000.00 元",
        "服务时限": "20 个工作日",
        "公示期": "2026年11月23日至2026年11月26日",
        "抽取记录指纹": "ab" * 16 + "…",
        "业主联系人": "李晓明　13987654321",
    }


def test_a_draw_has_no_price() -> None:
    drawn = rows(way="random", price_fen=None, control_price_fen=None)
    assert (drawn["选取方式"], drawn["中选金额"], drawn["控制价"]) == (
        "随机选取",
        "以合同为准",
        "不设",
    )


def test_a_draw_costs_what_was_announced() -> None:
    fee = {"kind": "fixed", "fen": 6_800_000}
    drawn = rows(way="random", price_fen=None, way_terms={"fee": fee})
    assert drawn["中选金额"] == "人民币 68,000.00 元（大写：陆万捌仟元整），即公告的固定服务费"
    fee = {"kind": "standard", "name": "收费标准", "number": "7号", "rule": "下浮两成"}
    drawn = rows(way="random", price_fen=None, way_terms={"fee": fee})
    assert drawn["中选金额"] == "按公告的计费标准计算：《收费标准》（7号），下浮两成"


def test_the_frame_of_the_paper() -> None:
    paper = words(STATEMENT)
    assert paper["date"] == "2026年11月25日"
    assert paper["body"].startswith("通川区水务局（演示）的“渠道整治工程水土保持方案编制”项目")
    assert "30 日内" in paper["next"]


def test_a_notice_of_the_first_version_tells_nobody_s_number() -> None:
    first = {k: v for k, v in STATEMENT.items() if k not in {"owner_contact", "way_terms"}}
    first |= {"v": 1}
    assert notice.must_be(first) == first
    assert "业主联系人" not in {row["label"] for row in words(first)["rows"]}
    with pytest.raises(Refused, match="stray"):
        notice.must_be(STATEMENT | {"v": 1})


@pytest.mark.parametrize("key", list(STATEMENT))
def test_a_statement_that_lacks_something_makes_no_paper(key: str) -> None:
    assert notice.must_be(STATEMENT) == STATEMENT
    less = {name: value for name, value in STATEMENT.items() if name != key}
    for data in (less, STATEMENT | {key: ""}, STATEMENT | {key: -1}):
        with pytest.raises(Refused, match=key):
            notice.must_be(data)


def test_nothing_is_added_to_a_statement() -> None:
    with pytest.raises(Refused, match="stray"):
        notice.must_be(STATEMENT | {"note": "x"})
