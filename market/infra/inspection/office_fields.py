"""Word's fields: an instruction may fetch or run something when the text is opened."""

from collections.abc import Mapping
from typing import Final

from market.infra.inspection import markup
from market.infra.inspection.unfit import UnfitError

FETCH: Final = frozenset(
    {"DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "RD"}
    | {"DATABASE", "MACROBUTTON"}
)


class Fields:
    """Reads the fields of one part; an instruction may be cut into many runs."""

    def __init__(self) -> None:
        self._instruction: list[str] = []
        self._listening = False

    def read(self, data: bytes) -> None:
        """Raise UnfitError for a field that fetches or runs."""
        markup.walk(data, self._see, self._hear)
        self._judge()

    def _see(self, name: str, attributes: Mapping[str, str]) -> None:
        self._listening = name == "instrText"
        if name == "fldSimple":
            self._instruction.append(attributes.get("instr", ""))
        if name in {"fldChar", "fldSimple", "p"}:
            self._judge()

    def _hear(self, text: str) -> None:
        if self._listening:
            self._instruction.append(text)

    def _judge(self) -> None:
        words = "".join(self._instruction).split()
        self._instruction.clear()
        if words and words[0].upper() in FETCH:
            raise UnfitError("inspection.office_outside")
