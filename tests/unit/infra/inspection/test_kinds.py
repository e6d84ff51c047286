"""What is taken and what is not, in process: each hostile file, and the check that it runs into.

The canary of each: with that one check taken away, the same file passes.
"""

import io
import zipfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pikepdf
import pytest
from PIL import Image

from market.infra.inspection import kinds, markup, office, office_fields, office_links, pdf, picture
from market.infra.inspection.unfit import UnfitError
from market.web.i18n import LOCALES, say
from signing.dossier import layout
from tests.factories import files


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (files.pdf(), "pdf"),
        (files.docx(), "docx"),
        (files.xlsx(), "xlsx"),
        (files.jpeg(), "jpeg"),
        (files.png(), "png"),
    ],
    ids=["pdf", "docx", "xlsx", "jpeg", "png"],
)
def test_a_good_file_is_taken_without_what_tells_of_its_maker(data: bytes, kind: str) -> None:
    said, clean = kinds.clean(data)
    assert said == kind
    assert tells(data) or kind == "png"
    assert not tells(clean)
    assert kinds.clean(clean) == (kind, kinds.clean(clean)[1]), "what is kept may be sent again"


def tells(data: bytes) -> bool:
    """Whether the maker's name is in a file, packed or not."""
    pieces = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pieces += [archive.read(name) for name in archive.namelist()]
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as opened:
            pieces += [one.unparse(resolved=True) for one in opened.objects]
            pieces += [opened.trailer.unparse(resolved=True)]
            streams = [one for one in opened.objects if isinstance(one, pikepdf.Stream)]
            pieces += [one.read_bytes() for one in streams]
    who = files.WHO
    forms = (who.encode(), who.encode("utf-16-be"), who.encode("utf-16-be").hex().encode())
    return any(form in piece.lower() for piece in pieces for form in forms)


def test_a_photo_lies_upright_and_does_not_say_where() -> None:
    with Image.open(io.BytesIO(files.jpeg())) as before:
        assert before.getexif().get_ifd(0x8825) != {}, "the canary: it did say so"
    with Image.open(io.BytesIO(kinds.clean(files.jpeg())[1])) as picture_:
        assert (dict(picture_.getexif()), picture_.size) == ({}, (32, 64))
        assert "comment" not in picture_.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_usual_png_is_taken(mode: str) -> None:
    assert kinds.clean(files.png(mode=mode))[0] == "png"


def test_a_signed_pdf_stays_as_it_is() -> None:
    data = files.pdf_signed()
    assert kinds.clean(data) == ("signed_pdf", data)
    with pytest.raises(UnfitError, match="two_in_one"):
        kinds.clean(data + b"<html>")


def test_what_is_left_out_of_an_office_file_is_led_to_no_more() -> None:
    _, clean = kinds.clean(files.docx(**{"word/people.xml": "<x/>"}))
    with zipfile.ZipFile(io.BytesIO(clean)) as archive:
        names, links = archive.namelist(), archive.read("_rels/.rels").decode()
        kept = archive.read("word/_rels/document.xml.rels")
    assert names[0] == "[Content_Types].xml"
    assert not {"docProps/custom.xml", "word/people.xml"} & set(names)
    assert "custom" not in links
    assert b"https://example.org/" in kept


def part(name: str, data: bytes | str) -> Callable[[], bytes]:
    return lambda: files.docx(**{name: data})


def outside(sort: str, target: str) -> str:
    return files.relations(("r1", sort, target), outside=True)


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
TEMPLATE = part("word/_rels/settings.xml.rels", outside("attachedTemplate", "https://x.example/t"))
SHARE = part("word/_rels/document.xml.rels", outside("hyperlink", "file://x.example/share"))
CUT = files.field_of(" DD", "E excel x")

Hostile = tuple[str, Callable[[], bytes], ModuleType, str, Any]
HOSTILE: dict[str, Hostile] = {
    "script": ("pdf_acts", files.pdf_with_script, pdf, "ACTS", frozenset()),
    "deep script": ("pdf_acts", files.pdf_with_deep_script, pdf, "ACTS", frozenset()),
    "file inside": ("pdf_hides", files.pdf_with_file, pdf, "HIDES", frozenset()),
    "content bomb": ("bursts", lambda: files.pdf_bomb(40 << 20), pdf, "MOST_CONTENT", 1 << 30),
    "packed twice": ("bursts", files.pdf_double_bomb, pdf, "_PACKED", frozenset()),
    "polyglot": (
        "two_in_one",
        lambda: files.pdf() + files.zipped({"a": b"x"}),
        pdf.zipfile,
        "is_zipfile",
        lambda _: False,
    ),
    "large picture": (
        "picture_large",
        lambda: files.png_of_size(10_000, 10_000),
        picture,
        "MOST_POINTS",
        10**9,
    ),
    "zip bomb": (
        "bursts",
        part("word/styles.xml", b"<x>" + b" " * (65 << 20) + b"</x>"),
        office,
        "MOST_OF_A_PART",
        1 << 30,
    ),
    "many parts": (
        "bursts",
        lambda: files.docx(**{f"customXml/item{n}.xml": "" for n in range(2000)}),
        office,
        "MOST_PARTS",
        10**6,
    ),
    "template from outside": (
        "office_outside",
        TEMPLATE,
        office_links,
        "MAY_LEAD_OUT",
        frozenset({"attachedtemplate", "hyperlink"}),
    ),
    "link to a share": ("office_outside", SHARE, office_links, "SCHEMES", frozenset({"file"})),
    "doctype": (
        "office_doctype",
        part("word/styles.xml", DOCTYPE),
        markup,
        "_refuse",
        lambda *_: None,
    ),
    "field cut into runs": (
        "office_outside",
        lambda: files.docx(CUT),
        office_fields,
        "FETCH",
        frozenset(),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key, make, where, check, weakened = HOSTILE[name]
    data = make()
    with pytest.raises(UnfitError) as refused:
        kinds.clean(data)
    assert refused.value.key == f"inspection.{key}"
    monkeypatch.setattr(where, check, weakened)
    assert kinds.clean(data), "the canary: nothing else would have refused it"


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("empty", b""),
        ("unknown", b"MZ\x90"),
        ("unknown", b" " + files.pdf()),
        ("unknown", files.zipped({"a.txt": b"x"})),
        ("unknown", files.docx(main="template.main+xml")),
        ("old_office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("pdf_locked", files.pdf_locked()),
        ("pdf_locked", files.pdf_locked("secret")),
        ("picture_moves", files.moving_png()),
        ("picture_mode", files.png(mode="I;16")),
        ("office_macro", files.docx(**{"word/vbaProject.bin": b"x"})),
        ("office_macro", files.docx(main="document.macroEnabled.main+xml")),
        ("office_macro", files.docx(**{"word/media/a.svg": "<svg><script/></svg>"})),
        ("office_embedded", files.docx(**{"word/embeddings/oleObject1.bin": b"x"})),
        ("office_outside", files.docx(**{"xl/externalLinks/externalLink1.xml": b"<x/>"})),
        ("office_signed", files.docx(**{"_xmlsignatures/sig1.xml": b"<x/>"})),
        ("office_part", files.docx(**{"word/strange.bin": b"x"})),
        ("office_part", files.docx(**{"word/../../etc/passwd": b"x"})),
        ("office_part", files.docx(**{"word/media/a.png": b"MZ"})),
    ],
)
def test_what_is_not_taken_is_told_why(key: str, data: bytes) -> None:
    with pytest.raises(UnfitError, match=key):
        kinds.clean(data)


def test_a_dossier_calls_files_by_the_same_endings() -> None:
    assert {name: kind.ending for name, kind in kinds.KINDS.items()} == layout.ENDINGS


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_is_worded(locale: str) -> None:
    for name in kinds.KINDS:
        key = f"inspection.kind.{name}"
        assert say(locale, key) != key
