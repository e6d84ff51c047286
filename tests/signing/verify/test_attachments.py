"""How a need names its files: one way, or the dossier does not hold."""

from types import SimpleNamespace
from typing import Any

import pytest

from signing.core.hashing import sha256
from signing.verify.attachments import attachments_hold
from signing.verify.faults import Verdict

DATA = b"%PDF-1.7"
ROW = {"name": "任务书.pdf", "kind": "pdf", "bytes": len(DATA), "sha256": sha256(DATA).hex()}
NEED = "needs/" + "0" * 64 + ".json"


def codes(*rows: Any, ending: str = ".pdf", **need: Any) -> list[str]:
    """Give the codes of the faults in a dossier with these rows and one file."""
    files = {f"attachments/{ROW['sha256']}{ending}": DATA}
    below = {"needs/": [NEED], "attachments/": sorted(files)}
    archive = SimpleNamespace(below=below.get, pieces=lambda path: [files[path]])
    body = {"attachments": list(rows)} | need
    case = SimpleNamespace(archive=archive, json=lambda _path: body)
    say = Verdict(11, "", "")
    attachments_hold(case, say)  # type: ignore[arg-type]  # what is read
    return [fault.code for fault in say.faults]


def test_a_file_that_is_named_holds() -> None:
    assert codes(ROW) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((), ["need", "stray"]),
        ((ROW, ROW), ["need", "stray"]),
        ((ROW | {"bytes": 9},), ["attachment"]),
        ((ROW | {"kind": "exe"},), ["shape", "stray"]),
        ((ROW | {"name": ""},), ["shape", "stray"]),
        ((ROW | {"more": 1},), ["shape", "stray"]),
        ((ROW | {"sha256": "../x"},), ["shape", "stray"]),
        ((ROW | {"kind": "docx"},), ["malformed", "stray"]),
    ],
    ids=str,
)
def test_a_file_that_is_named_otherwise_is_told(rows: tuple[Any, ...], found: list[str]) -> None:
    assert codes(*rows) == found


def test_a_need_of_another_form_is_told() -> None:
    assert codes(attachments=None) == ["need", "stray"]
