"""XML of strangers, read by expat alone: no DOCTYPE, so no entity; nothing outside is fetched."""

from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from market.infra.inspection.unfit import UnfitError

MOST_DEPTH: Final = 512

See = Callable[[str, Mapping[str, str]], None]
Hear = Callable[[str], None]


def walk(data: bytes, see: See | None = None, hear: Hear | None = None) -> None:
    """Go through well-formed XML; ``see`` is shown each element, ``hear`` the text.

    Names are local ones, without their namespace. Raises UnfitError for a DOCTYPE and
    too deep a nest, ExpatError for what is not well formed.
    """
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise UnfitError("inspection.too_much")
        if see:
            see(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if hear:
        parser.CharacterDataHandler = hear
    parser.Parse(data, True)


def _refuse(*_: object) -> None:
    raise UnfitError("inspection.office_doctype")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
