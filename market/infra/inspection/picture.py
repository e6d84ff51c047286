"""JPEG and PNG, painted anew: nothing of the old file is left but its points.

Place, camera and time (EXIF, XMP), previews and whatever stood behind the picture are gone; it lies
the way its maker held it.
"""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, JpegImagePlugin

from market.infra.inspection.unfit import UnfitError

MOST_POINTS: Final = 40_000_000
_AS_THEY_ARE: Final = frozenset({"1", "L", "LA", "RGB", "RGBA"})
_CONVERTED: Final = frozenset({"P", "PA", "CMYK", "YCbCr", "RGBX"})


def clean(data: bytes) -> tuple[str, bytes]:
    """The picture painted anew; raises UnfitError."""
    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    kind = "PNG" if data.startswith(b"\x89PNG") else "JPEG"
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                return kind.lower(), _painted(picture, kind)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise UnfitError("inspection.picture_large", most=f"{MOST_POINTS:,}") from None


def _painted(picture: Image.Image, kind: str) -> bytes:
    if kind == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise UnfitError("inspection.picture_moves")
    how = _as_before(picture) if kind == "JPEG" else {}
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in _CONVERTED:
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if upright.mode not in _AS_THEY_ARE:
        raise UnfitError("inspection.picture_mode")
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)
    made = io.BytesIO()
    fresh.save(made, kind, **how)
    return made.getvalue()


def _as_before(picture: Image.Image) -> dict[str, object]:
    """As fine as it was: a JPEG's own tables, so that painting anew costs no sharpness."""
    tables = getattr(picture, "quantization", None)
    sampling = JpegImagePlugin.get_sampling(picture)
    return {"qtables": tables, "subsampling": sampling} if tables else {}
