"""Word and Excel files, put together anew from the parts that they may have.

Refused: macros, embedded objects, links that are fetched when the file is opened, unknown parts.
Left out: who wrote it, with what, on whose computer (docProps and the like), previews, printers.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Final

from market.infra.inspection import markup, office_links, picture
from market.infra.inspection.office_fields import Fields
from market.infra.inspection.office_parts import (
    EMPTIED,
    LEFT_OUT,
    PACKAGES,
    POINTERS,
    REFUSED,
    Package,
)
from market.infra.inspection.unfit import UnfitError

MOST_PARTS: Final = 2000
MOST_OF_A_PART: Final = 64 << 20  # bytes, unpacked
MOST_IN_ALL: Final = 192 << 20
_TYPES: Final = "[Content_Types].xml"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_WITH_FIELDS: Final = re.compile(
    r"word/(document|header\d+|footer\d+|footnotes|endnotes|comments)\.xml", re.IGNORECASE
)
_METAFILES: Final = {
    ".emf": (b"\x01\x00\x00\x00",),
    ".wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00"),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".bmp": (b"BM",),
}


def clean(data: bytes) -> tuple[str, bytes]:
    """The file made anew from the parts that it may have; raises UnfitError."""
    parts = _unpacked(data)
    package = next((one for one in PACKAGES if one.main in parts and _TYPES in parts), None)
    if package is None:
        raise UnfitError("inspection.unknown")
    types = office_links.content_types(parts.pop(_TYPES))
    if any("macroenabled" in one.lower() for one in types.values()):
        raise UnfitError("inspection.office_macro")
    if types.get(package.main) != package.content_type:
        raise UnfitError("inspection.unknown")
    kept = {name: part for name, part in parts.items() if _is_kept(name, package)}
    made = {
        _TYPES: office_links.written_types(types, kept),
        **{name: _cleaned(name, part, kept) for name, part in sorted(kept.items())},
    }
    return package.kind, _packed(made)


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Every part by its name, counted while it is unpacked."""
    parts: dict[str, bytes] = {}
    left = MOST_IN_ALL
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MOST_PARTS:
            raise UnfitError("inspection.bursts")
        for info in archive.infolist():
            name = info.filename.lstrip("/")
            if name in parts:
                raise UnfitError("inspection.two_in_one")
            if info.flag_bits & 1:
                raise UnfitError("inspection.old_office")
            most = min(left, MOST_OF_A_PART)
            with archive.open(info) as file:
                parts[name] = file.read(most + 1)
            if len(parts[name]) > most:
                raise UnfitError("inspection.bursts")
            left -= len(parts[name])
    return parts


def _is_kept(name: str, package: Package) -> bool:
    """Whether a part is kept or left out; raises UnfitError for one that is neither."""
    for why, pattern in REFUSED.items():
        if pattern.search(name):
            raise UnfitError(why)
    if LEFT_OUT.fullmatch(name):
        return False
    folder, _, file = name.rpartition("/_rels/")
    whose = f"{folder}/{file.removesuffix('.rels')}" if folder else ""
    known = name in EMPTIED or name == "_rels/.rels" or package.parts.fullmatch(whose or name)
    if not known:
        raise UnfitError("inspection.office_part", part=name[:80])
    return True


def _cleaned(name: str, part: bytes, kept: Mapping[str, bytes]) -> bytes:
    """What is kept of a part."""
    if name in EMPTIED:
        return EMPTIED[name]
    if name.endswith(".rels"):
        return office_links.written_links(name, part, kept)
    ending = name[name.rfind(".") :].lower()
    if ending in {".png", ".jpg", ".jpeg"}:
        return _picture(name, part)
    if ending in _METAFILES:
        if not part.startswith(_METAFILES[ending]):
            raise UnfitError("inspection.office_part", part=name[:80])
        return part
    for where, pointer in POINTERS:
        if where.match(name):
            part = pointer.sub(rb"\1", part)
    if _WITH_FIELDS.fullmatch(name):
        Fields().read(part)
    else:
        markup.walk(part, _no_script if ending == ".svg" else None)
    return part


def _picture(name: str, part: bytes) -> bytes:
    if not part.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        raise UnfitError("inspection.office_part", part=name[:80])
    return picture.clean(part)[1]


def _no_script(name: str, attributes: Mapping[str, str]) -> None:
    if name in {"script", "foreignObject"} or any(key.startswith("on") for key in attributes):
        raise UnfitError("inspection.office_macro")


def _packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return made.getvalue()
