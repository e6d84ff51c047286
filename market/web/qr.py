"""QR codes (ISO/IEC 18004) as inline SVG: they print, and need no picture of their own."""

import io
from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=1024)
def svg(address: str) -> Markup:
    """The code of an address, black on white in any look; decoration, the address stands beside."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, omitsize=True, border=2, light="#fff", svgclass="qr"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno, the address is not in it
