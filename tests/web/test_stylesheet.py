"""The stylesheet: colours told apart in both themes, small, plain enough for Chromium 90."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "market/web/static/css"
# What every page loads; charts.css comes with what it is for.
SHEETS = ("tokens", "dark", "page", "forms", "status", "facts", "lists", "print")

# Foreground, background: text that stands on it, 4.5 : 1 (WCAG 2.2, 1.4.3).
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "muted", "link", "hot", "red", "green", "stamp")
      for ground in ("paper", "ground", "soft")),
    *((tone, f"{tone}-soft")
      for tone in ("blue", "green", "amber", "red", "teal", "violet", "grey")),
    *(("ink", f"{tone}-soft") for tone in ("blue", "green", "amber", "red")),
    ("muted", "green-soft"), ("link", "blue-soft"), ("link", "green-soft"),
    *(("on-link", fill) for fill in ("link", "hot", "green", "red")),
    *((ink, bar) for ink in ("on-bar", "on-bar-muted", "gold") for bar in ("bar", "bar-2")),
    ("on-gold", "gold"), ("ground", "ink"),
    *(("on-m", shade) for shade in ("m0", "m1", "m2")),
    *(("on-m-deep", shade) for shade in ("m3", "m4", "m5")),
]  # fmt: skip

# Edges of controls, focus rings, marks of a chart, 3 : 1 (WCAG 2.2, 1.4.11).
MARK_PAIRS = [
    *(("edge", ground) for ground in ("paper", "ground")),
    *(("focus", ground) for ground in ("paper", "ground")),
    *((f"s{n}", "paper") for n in range(1, 5)),
]


def tokens(sheet: str) -> dict[str, str]:
    text = (CSS / f"{sheet}.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", text))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 relative luminance, lighter to darker."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_told_apart(theme: str) -> None:
    colours = tokens("tokens") | (tokens("dark") if theme == "dark" else {})
    for pairs, least in ((TEXT_PAIRS, 4.5), (MARK_PAIRS, 3.0)):
        weak = {
            pair: round(contrast(*(colours[n] for n in pair)), 2)
            for pair in pairs
            if contrast(*(colours[n] for n in pair)) < least
        }
        assert not weak


def test_dark_names_no_colour_that_light_does_not_know() -> None:
    assert set(tokens("dark")) <= set(tokens("tokens"))


def test_the_stylesheet_stays_small() -> None:
    size = sum((CSS / f"{name}.css").stat().st_size for name in SHEETS)
    assert size < 28 * 1024, f"{size} bytes"


def test_the_stylesheet_is_plain_css_of_chromium_90() -> None:
    newer = re.compile(r":has\(|@layer|@container|color-mix|light-dark|\d[sld]v[hw]|[{;]\s*&")
    for path in CSS.glob("*.css"):
        assert not newer.search(path.read_text(encoding="utf-8")), path.name


def test_the_frame_loads_these_sheets_and_no_other() -> None:
    frame = (CSS.parents[3] / "templates/layout/page.html").read_text(encoding="utf-8")
    looped = re.findall(r"for sheet in \(([^)]*)\)", frame)[0]
    named = set(re.findall(r'"(\w+)"', looped)) | set(re.findall(r"'css/(\w+)\.css'", frame))
    assert named == set(SHEETS)
