"""What people type finds what they mean; what they type cannot harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.web.search import MAX_WANTED, matches, spelling, wanted, words

PLAN = words("水土保持方案编制", "Soil conservation plan", short_forms=True)
COMPANY = words("四川霁澜砚工程技术咨询有限公司", "ag-0001", "91511799MA088WXJ0E")


@pytest.mark.parametrize(
    "query",
    ["水土保持", "水保", "保", "shuitu", "tubaochi", "stbcfa", "st", "SOIL", "soil plan", "水 保"],
)
def test_an_item_is_found_by(query: str) -> None:
    assert matches(PLAN, wanted(query))


@pytest.mark.parametrize(
    "query",
    ["霁澜", "四川霁澜砚工程技术咨询有限公司", "jilan", "gcjs", "ag-0001", "91511799ma088wxj0e"],
)
def test_a_company_is_found_by(query: str) -> None:
    assert matches(COMPANY, wanted(query))


@pytest.mark.parametrize("query", ["保水", "环评", "shuidian", "fasb", "水保 soilless"])
def test_an_item_is_not_found_by(query: str) -> None:
    assert not matches(PLAN, wanted(query))


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("朝阳街道水务站", ["chaoyang", "zhaoyang", "zhaoyangjiedao", "zyjd", "cyjd"]),
        ("达州市朝阳街道排水管网改造", ["zhaoyang", "chaoyang"]),
        ("单氏测绘", ["shanshi", "danshi", "ssch", "dsch"]),
        ("曾家沟小学", ["zengjia", "cengjia", "zjg"]),
        ("仇庄", ["qiuzhuang", "chouzhuang", "qz"]),
        ("重建工程", ["chongjian", "zhongjian"]),
        ("工程咨询有限公司", ["諮詢", "諮詢有限公司", "諮 詢"]),
        ("諮詢服務", ["咨询", "zixun", "服务"]),
        ("某某会计师事务所（特殊普通合伙）", ["特殊普通合伙", "(特殊普通合伙)", "事务所 合伙"]),
        ("㐀䶮测绘", ["㐀", "䶮测"]),
    ],
)
def test_polyphones_traditional_and_rare_characters_are_found(
    name: str, queries: list[str]
) -> None:
    assert [query for query in queries if not matches(words(name), wanted(query))] == []


def test_short_forms_are_for_things_not_for_companies() -> None:
    assert matches(words("环境影响评价", short_forms=True), wanted("环评"))
    assert not matches(words("环境影响评价"), wanted("环评"))


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "\0", "😀", "；；", "\u202e"])
def test_what_cannot_be_searched_for_wants_nothing(query: str) -> None:
    assert wanted(query) == ()


def test_full_width_and_capitals_are_the_same_letters() -> None:
    assert wanted("ＳＴＢＣ") == wanted("stbc")


def test_sorting_is_by_pinyin() -> None:
    assert sorted(["重庆", "达州", "北京"], key=spelling) == ["北京", "重庆", "达州"]


@given(st.text(max_size=200))
def test_a_query_is_short_plain_and_long_enough_for_the_index(query: str) -> None:
    pieces = wanted(query)
    assert len(pieces) <= MAX_WANTED
    assert all(len(p) >= 3 and not set(p) & set("\"'%_\\*\0") for p in pieces)


@given(st.text(alphabet="达州水土保持方案编制测绘技术", min_size=1, max_size=30), st.data())
def test_every_piece_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert matches(words(name), wanted(name[start:end]))
