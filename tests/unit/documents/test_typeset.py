"""The paper is PDF/A with its statement inside; nothing that people typed becomes markup."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from market.documents.typeset import MISSING, typeset
from market.selection.papers import NOTICE
from signing.core.canonical import dumps
from signing.pdf.paper_check import attached
from tests.factories.papers import STATEMENT

AT = datetime(2026, 11, 25, 16, 0, 0, 123_000, tzinfo=UTC)
ADDRESS = "https://x.example/documents/abc123"
HOSTILE = [
    '#panic("evaluated")',
    '#eval("1 + 1")',
    '#read("/etc/passwd")',
    "$x^2$ *bold* _thin_ `raw`",
    "@no-such-label <label>",
    '" } ] \\" \\u{0} \\',
    "#let d = 1; #set page(width: 1mm)",
    "// comment /* open",
    "<script>alert(1)</script>",
    "= Heading",
    "中文“引号”—— 𠮷 ✅ བོད \u0007 \u200d é\u0301 \n 二",
    "\ufffe\U0010ffff",
]


def read(path: Path) -> str:
    """The text of a page, by a program of somebody else."""
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()


def pdf(**changes: Any) -> bytes:
    data = STATEMENT | changes
    frame = {"number": "ABC123", "issuer": "达州市中介超市", "url": ADDRESS}
    return typeset(NOTICE.template, NOTICE.words(data) | frame, dumps(data), ADDRESS, AT)


def test_it_is_an_archive_paper_with_the_statement_inside() -> None:
    made = pdf()
    assert made.startswith(b"%PDF-1.7")
    assert attached(made) == {"statement.json": dumps(STATEMENT)}


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert pdf() == pdf()
    assert pdf(title="另一个项目") != pdf()


@pytest.mark.parametrize("text", HOSTILE)
def test_typed_text_stays_text(text: str) -> None:
    changes = {
        "title": text,
        "owner": text,
        "agency": {"code": "a-1", "name": text, "credit_code": "91511799MA00000000"},
    }
    made = pdf(**changes)
    assert attached(made) == {"statement.json": dumps(STATEMENT | changes)}


@pytest.mark.parametrize("text", ['#panic("evaluated")', "*bold* $x$", "@no-such-label"])
def test_the_page_shows_the_text_as_it_was_typed(text: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf(title=text))
    page = "".join(read(path).split())
    assert "".join(text.split()) in page
    assert "壹拾贰万叁仟肆佰伍拾陆元整" in page


def test_a_character_that_no_font_has_leaves_a_mark_and_stays_in_the_statement(
    tmp_path: Path,
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf(title="土𠮷土✅"))
    assert f"土{MISSING}土{MISSING}" in read(path)
    assert "土𠮷土✅".encode() in attached(path.read_bytes())["statement.json"]
