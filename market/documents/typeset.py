"""Setting a paper: data in, PDF/A-3b out. One compiler is kept; data never becomes markup.

PDF/A refuses a character that the fonts do not have; on the page it becomes ``MISSING``, in the
attached statement it stays what it is.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from fontTools.ttLib import TTFont

from market.web.data import data

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
MISSING = "〓"  # what Chinese typesetters put where a character is not at hand


@cache
def _known() -> frozenset[int]:
    """Every character that all fonts of the papers have."""
    found = []
    for path in sorted(_FONTS.glob("*.otf")):
        with TTFont(path, lazy=True) as font:
            found.append(frozenset(font.getBestCmap() or ()))
    return frozenset.intersection(*found)


def _settable(value: Any) -> Any:
    """``value`` with nothing in its texts that the fonts do not have."""
    if isinstance(value, str):
        return "".join(c if ord(c) in _known() or c == "\n" else MISSING for c in value)
    if isinstance(value, Mapping):
        return {name: _settable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_settable(part) for part in value]
    return value


@cache
def _compiler(template: str) -> typst.Compiler:
    folder = data("templates")
    return typst.Compiler(
        folder / template,
        root=folder,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
    )


def ready(template: str) -> None:
    """Load fonts and compiler before the first paper waits for them."""
    _known()
    _compiler(template)


def typeset(
    template: str, shown: Mapping[str, Any], statement: bytes, address: str, at: datetime
) -> bytes:
    """A PDF of ``shown`` with the ``statement`` attached inside and a QR code of ``address``.

    Blocks for some hundredths of a second: call it in a thread.
    """
    code = BytesIO()
    segno.make(address, error="m").save(code, kind="svg", border=0, xmldecl=False)
    inputs = {
        "data": json.dumps(_settable(shown), ensure_ascii=False),
        "statement": statement.decode(),
        "qr": code.getvalue().decode(),
    }
    made = _compiler(template).compile(
        format="pdf", pdf_standards=["a-3b"], sys_inputs=inputs, timestamp=at.replace(microsecond=0)
    )
    assert isinstance(made, bytes)  # noqa: S101 - one PDF, not pages
    return made
