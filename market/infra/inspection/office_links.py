"""What the parts of an Office file say of each other: their types, and where they lead."""

import posixpath
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import quoteattr

from market.infra.inspection import markup
from market.infra.inspection.office_parts import LEFT_OUT
from market.infra.inspection.unfit import UnfitError

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
MAY_LEAD_OUT: Final = frozenset({"hyperlink"})
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})


def content_types(data: bytes) -> dict[str, str]:
    """The type of each part by its name, and of each ending as ``.png``."""
    types: dict[str, str] = {}

    def see(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Override":
            types[attributes["PartName"].lstrip("/")] = attributes["ContentType"]
        elif name == "Default":
            types["." + attributes["Extension"].lower()] = attributes["ContentType"]

    markup.walk(data, see)
    return types


def written_types(types: Mapping[str, str], kept: Mapping[str, bytes]) -> bytes:
    """The same of those parts that are kept."""
    rows = [
        f"<Default Extension={quoteattr(name[1:])} ContentType={quoteattr(said)}/>"
        if name.startswith(".")
        else f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(said)}/>"
        for name, said in sorted(types.items())
        if name.startswith(".") or name in kept
    ]
    body = f'<Types xmlns="{_PACKAGE}content-types">{"".join(rows)}</Types>'
    return (_HEAD + body).encode()


def written_links(name: str, data: bytes, kept: Mapping[str, bytes]) -> bytes:
    """The relationships of a part but those to what is left out.

    Raises UnfitError for what is fetched from outside. Only a hyperlink may lead out of the file:
    it is followed when somebody clicks on it.
    """
    folder = posixpath.dirname(posixpath.dirname(name))
    rows: list[str] = []

    def see(element: str, attributes: Mapping[str, str]) -> None:
        if element != "Relationship":
            return
        target, sort = attributes.get("Target", ""), attributes.get("Type", "")
        is_link = sort.rpartition("/")[2].lower() in MAY_LEAD_OUT
        if attributes.get("TargetMode", "").lower() == "external":
            if not is_link or urlsplit(target).scheme.lower() not in SCHEMES:
                raise UnfitError("inspection.office_outside")
        elif not (is_link and target.startswith("#")):
            part = posixpath.normpath(posixpath.join("/", folder, unquote(target)))[1:]
            if part not in kept and LEFT_OUT.fullmatch(part):
                return
        written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
        rows.append(f"<Relationship {written}/>")

    markup.walk(data, see)
    body = f'<Relationships xmlns="{_PACKAGE}relationships">{"".join(rows)}</Relationships>'
    return (_HEAD + body).encode()
