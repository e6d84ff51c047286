"""Charts are pure: the picture, its table and its words carry the same figures."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.web import charts
from market.web.charts import Series

OUTLINE = charts.read_outline(
    (Path(__file__).parents[3] / "fixtures/places/dazhou_map.json").read_text(encoding="utf-8")
)
NAMES = {
    "511702": "通川区",
    "511703": "达川区",
    "511722": "宣汉县",
    "511723": "开江县",
    "511724": "大竹县",
    "511725": "渠县",
    "511781": "万源市",
}
rows = st.lists(st.lists(st.integers(0, 10**9), min_size=4, max_size=4), min_size=1, max_size=4)


def drawn(drawing: charts.Drawing) -> ET.Element:
    return ET.fromstring(str(drawing.svg))  # noqa: S314 - our own drawing, parsed to prove it


def test_bars_stand_on_each_other_and_keep_their_proportions() -> None:
    drawing = charts.bars(["10月", "11月"], [Series("随机", [10, 0]), Series("竞价", [30, 5])])
    parts = drawn(drawing).findall("rect")
    assert len(parts) == 3, "a zero draws nothing"
    first, second, third = [
        (float(p.attrib["y"]), float(p.attrib["height"]), p.attrib["class"]) for p in parts
    ]
    assert first[2] == "part s1"
    assert second[2] == third[2] == "part s2"
    assert second[1] == pytest.approx(3 * first[1], abs=0.2)
    assert second[0] + second[1] == pytest.approx(first[0], abs=0.2), (
        "the second stands on the first"
    )
    assert third[0] + third[1] == pytest.approx(first[0] + first[1], abs=0.2)


def test_the_table_says_what_the_picture_says() -> None:
    drawing = charts.bars(["10月", "11月"], [Series("随机", [1234, 8])])
    assert drawing.legend == ("随机",)
    assert drawing.rows == (("10月", ("1,234",)), ("11月", ("8",)))
    assert [t.text for t in drawn(drawing).iter("title")] == ["10月 随机 1,234", "11月 随机 8"]


@given(rows)
def test_nothing_is_drawn_outside_the_picture(values: list[list[int]]) -> None:
    series = [Series(f"s{i}", row) for i, row in enumerate(values)]
    svg = drawn(charts.bars("abcd", series, 860))
    width = float(svg.attrib["viewBox"].split()[2])
    for rect in svg.iter("rect"):
        assert float(rect.attrib["y"]) >= charts.TOP - 0.1
        assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width


@given(st.integers(0, 10**12))
def test_a_scale_holds_the_greatest_figure_in_whole_quarters(greatest: int) -> None:
    top = charts.ceiling(greatest)
    assert top >= max(greatest, 1)
    assert top % 4 == 0
    assert top < 11 * max(greatest, 1), "the picture is not wasted on air"


def test_figures_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        charts.bars(["a"], [Series("x", [-1])])
    with pytest.raises(ValueError, match="2 figures for 1 labels"):
        charts.bars(["a"], [Series("x", [1, 2])])


def test_no_figures_make_an_empty_chart() -> None:
    assert charts.bars([], []).rows == ()
    assert charts.bars(["a"], [Series("x", [0])]).rows == (("a", ("0",)),)


def test_hostile_names_stay_text() -> None:
    evil = '"><script>alert(1)</script>'
    names = dict.fromkeys(NAMES, evil)
    for drawing in (
        charts.bars([evil], [Series(evil, [1])]),
        charts.dazhou(OUTLINE, {}, names, {"511702": evil}, evil),
    ):
        assert "<script" not in drawing.svg
        assert drawn(drawing) is not None


def test_no_drawing_needs_inline_style() -> None:
    drawing = charts.dazhou(OUTLINE, {"511702": 3}, NAMES)
    bars = charts.bars(["a"], [Series("x", [1])])
    assert not re.search(r"\bstyle=|<style|<script|\son\w+=", drawing.svg + bars.svg)


def test_the_city_has_its_seven_counties_shaded_by_their_figures() -> None:
    figures = {"511702": 168, "511703": 142, "511722": 97, "511781": 1}
    drawing = charts.dazhou(OUTLINE, figures, NAMES, legend="选取次数")
    paths = {p.find("title").text: p.attrib["class"] for p in drawn(drawing).iter("path")}
    assert len(paths) == 7
    assert paths["通川区 168"] == "place m5"
    assert paths["万源市 1"] == "place m1", "something is never shaded as nothing"
    assert paths["开江县 0"] == "place m0"
    assert drawing.rows[0] == ("通川区", ("168",)), "the greatest stands first"
    assert {label for label, _ in drawing.rows} == set(NAMES.values())


def test_a_county_without_a_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        charts.dazhou(OUTLINE, {}, {"511702": "通川区"})


def test_counties_can_be_links() -> None:
    svg = drawn(
        charts.dazhou(OUTLINE, {"511725": 2}, NAMES, {"511725": "/oversight?region=511725"})
    )
    (link,) = svg.findall("a")
    assert link.attrib["href"] == "/oversight?region=511725"
    assert link.attrib["aria-label"] == "渠县 2"
    assert svg.attrib["role"] == "group", "a picture with links is no single image"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_greater_figure_is_never_lighter(a: int, b: int) -> None:
    most = max(a, b)
    low, high = sorted((a, b))
    assert charts.shade(low, most) <= charts.shade(high, most) <= charts.SHADES - 1


def test_the_outline_lost_its_country_prefix() -> None:
    given_codes = {a["props"]["gb"] for a in json.loads(_text())["areas"]}
    assert {"156" + a.code for a in OUTLINE.areas} == given_codes


def _text() -> str:
    path = Path(__file__).parents[3] / "fixtures/places/dazhou_map.json"
    return path.read_text(encoding="utf-8")
