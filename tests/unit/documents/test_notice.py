"""The words of the notice follow from its statement; days are the city's, sums stand twice."""

from typing import Any

import pytest

from market.documents.notice import shown
from tests.factories.papers import STATEMENT


def rows(**changes: Any) -> dict[str, str]:
    paper = shown(
        STATEMENT | changes, "abc123", "达州市中介超市", "https://x.example/documents/abc"
    )
    return {row["label"]: row["value"] for row in paper["rows"]}


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
    }


def test_a_draw_has_no_price() -> None:
    drawn = rows(way="random", price_fen=None, control_price_fen=None)
    assert (drawn["选取方式"], drawn["中选金额"], drawn["控制价"]) == (
        "随机选取",
        "以合同为准",
        "不设",
    )


def test_the_frame_of_the_paper() -> None:
    paper = shown(STATEMENT, "abc123", "达州市中介超市", "https://x.example/documents/abc")
    assert (paper["number"], paper["date"]) == ("ABC123", "2026年11月25日")
    assert paper["body"].startswith("通川区水务局（演示）的“渠道整治工程水土保持方案编制”项目")
    assert "30 日内" in paper["next"]


@pytest.mark.parametrize("missing", ["title", "agency", "price_fen", "issued_at"])
def test_a_statement_that_lacks_something_makes_no_paper(missing: str) -> None:
    data = {name: value for name, value in STATEMENT.items() if name != missing}
    with pytest.raises(KeyError):
        shown(data, "abc123", "x", "y")
