"""The round red seal (电子印章) drawn on a signed paper: name along the ring, star, caption.

It is only a picture; what counts is the signature behind it. The glyphs used are embedded from the
packaged font, so the paper stays PDF/A. Drawn after the looks of GB/T 33481-2016 seals, without
claiming to be one.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import cos, pi, sin
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle
from pylopdf_fonts_zh_cn import serif_path

DIAMETER = 119.0
"""42 mm in points."""

_RED = b"0.78 0.05 0.07"
_CENTRE = DIAMETER / 2
_RING = 2.6
_ARC = 250 * pi / 180
_NAME_SIZE, _CAPTION_SIZE = 15.0, 10.0


@dataclass(frozen=True)
class RoundSealStyle(BaseStampStyle):
    """What pyHanko asks of a stamp; `name` runs along the ring, `caption` stands below."""

    name: str = ""
    caption: str = ""

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: layout.BoxConstraints,
        text_params: dict[str, Any],  # noqa: ARG002  # pyHanko's interface
    ) -> "RoundSeal":
        """Make the stamp for one document."""
        return RoundSeal(writer=writer, style=self, box=box)


class RoundSeal(BaseStamp):
    """The drawing for one document."""

    def render(self) -> bytes:
        """Give the drawing as PDF operators and register the font."""
        glyphs = BytesIO(font_for(self.style.name, self.style.caption))
        font = GlyphAccumulator(self._ensure_writer, glyphs, font_size=1)
        reference = font.as_resource()
        self.set_resource(ResourceType.FONT, generic.pdf_name("/Seal"), reference)
        parts = [
            b"q %s RG %s rg %g w" % (_RED, _RED, _RING),
            _circle(_CENTRE - _RING),
            _star(15.0),
            *_along_ring(font, self.style.name),
            _caption(font, self.style.caption),
            b"Q",
        ]
        return b"\n".join(parts)


def font_for(name: str, caption: str) -> bytes:
    """Give the glyphs of a seal as a font; cut once, in half a second, so ask before it is due."""
    return _font("".join(sorted({*name, *caption})))


@lru_cache(maxsize=64)
def _font(glyphs: str) -> bytes:
    """Cut the glyphs of one seal out of the font: reading all of it takes longer than signing."""
    tools: Any = subset  # fontTools' functions have no annotations
    options = tools.Options(notdef_outline=True, layout_features=[])
    with TTFont(serif_path(), lazy=True) as font:
        cutter = tools.Subsetter(options)
        cutter.populate(text=glyphs)
        cutter.subset(font)
        out = BytesIO()
        font.save(out)
    return out.getvalue()


def _circle(radius: float) -> bytes:
    bend = radius * 0.5523
    corners = [(1, 0), (0, 1), (-1, 0), (0, -1)]
    parts = [b"%g %g m" % (_CENTRE + radius, _CENTRE)]
    for (x, y), (u, v) in zip(corners, corners[1:] + corners[:1], strict=True):
        points = (
            (radius * x + bend * u, radius * y + bend * v),
            (radius * u + bend * x, radius * v + bend * y),
            (radius * u, radius * v),
        )
        flat = tuple(_CENTRE + each for point in points for each in point)
        parts.append(b"%.3f %.3f %.3f %.3f %.3f %.3f c" % flat)
    return b" ".join((*parts, b"s"))


def _star(radius: float) -> bytes:
    points = [
        (_CENTRE + radius * sin(4 * pi * n / 5), _CENTRE + 2 + radius * cos(4 * pi * n / 5))
        for n in range(5)
    ]
    first, *others = points
    lines = [b"%.3f %.3f l" % point for point in others]
    return b" ".join((b"%.3f %.3f m" % first, *lines, b"h f"))


def _along_ring(font: GlyphAccumulator, name: str) -> list[bytes]:
    size = min(_NAME_SIZE, _ARC * (_CENTRE - _RING - _NAME_SIZE) / max(len(name), 1))
    radius = _CENTRE - _RING - 4 - size
    step = min(_ARC / max(len(name) - 1, 1), 1.45 * size / radius)
    glyphs = []
    for place, character in enumerate(name):
        turn = (place - (len(name) - 1) / 2) * step
        glyph = font.shape(character)
        half = glyph.x_advance * size / 2
        x = _CENTRE + radius * sin(turn) - half * cos(turn)
        y = _CENTRE + radius * cos(turn) + half * sin(turn)
        matrix = (size * cos(turn), -size * sin(turn), size * sin(turn), size * cos(turn), x, y)
        glyphs.append(
            b"BT /Seal 1 Tf %.3f %.3f %.3f %.3f %.3f %.3f Tm " % matrix
            + glyph.graphics_ops
            + b" ET"
        )
    return glyphs


def _caption(font: GlyphAccumulator, text: str) -> bytes:
    line = font.shape(text)
    x = _CENTRE - line.x_advance * _CAPTION_SIZE / 2
    place = (_CAPTION_SIZE, _CAPTION_SIZE, x, _CENTRE - 32)
    return b"BT /Seal 1 Tf %g 0 0 %g %.3f %.3f Tm " % place + line.graphics_ops + b" ET"
