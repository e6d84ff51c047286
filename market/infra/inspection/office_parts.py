"""Which parts a Word or Excel file may have (ECMA-376): kept, left out, or a reason not to take it.

What is not known is refused: a new kind of part is looked at by a person before it is let in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Package:
    """A kind of file: its main part, that part's content type, and what else may be in it."""

    kind: str
    main: str
    content_type: str
    parts: re.Pattern[str]


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_DRAWN: Final = (
    r"|theme/(themeoverride|theme)\d+\.xml|(charts|diagrams|ink)/[a-z]+\d+\.xml"
    r"|drawings/drawing\d+\.xml|drawings/vmldrawing\d+\.vml"
    r"|media/[\w.-]+\.(png|jpe?g|gif|bmp|emf|wmf|svg)"
)
_WORD: Final = (
    r"word/((document|styles|styleswitheffects|settings|websettings|fonttable|numbering)\.xml"
    r"|(footnotes|endnotes|comments|commentsextended|commentsids|commentsextensible)\.xml"
    r"|(header|footer)\d+\.xml" + _DRAWN + ")"
)
_EXCEL: Final = (
    r"xl/((workbook|styles|sharedstrings|metadata|cellimages)\.xml|comments\d+\.xml"
    r"|(worksheets|chartsheets)/sheet\d+\.xml|tables/table\d+\.xml"
    r"|pivottables/pivottable\d+\.xml|pivotcache/pivotcache(definition|records)\d+\.xml"
    r"|threadedcomments/threadedcomment\d+\.xml" + _DRAWN + ")"
)
PACKAGES: Final = (
    Package(
        "docx",
        "word/document.xml",
        _OOXML + "wordprocessingml.document.main+xml",
        re.compile(_WORD, re.IGNORECASE),
    ),
    Package(
        "xlsx",
        "xl/workbook.xml",
        _OOXML + "spreadsheetml.sheet.main+xml",
        re.compile(_EXCEL, re.IGNORECASE),
    ),
)

# Why a part is refused, by what its name holds.
REFUSED: Final[Mapping[str, re.Pattern[str]]] = {
    f"inspection.office_{why}": re.compile(pattern, re.IGNORECASE)
    for why, pattern in (
        ("macro", r"vba|macrosheets/|intlmacrosheets/|dialogsheets/|customui/|/xlm"),
        ("embedded", r"embeddings/|activex/|ctrlprops/|oleobject|afchunk"),
        ("outside", r"externallinks/|connections\.xml|querytables/|webextensions/|model/"),
        ("signed", r"_xmlsignatures/"),
    )
}

# Left out with the relationships that lead to them: nothing of the text needs them.
LEFT_OUT: Final = re.compile(
    r"customxml/.*|docprops/(custom\.xml|thumbnail\.\w+)|(word|xl)/printersettings/.*"
    r"|word/(people\.xml|glossary/.*|fonts/.*|_rels/fonttable\.xml\.rels|_rels/people\.xml\.rels)"
    r"|xl/(calcchain\.xml|persons/.*)|.*/",
    re.IGNORECASE,
)

EMPTIED: Final[Mapping[str, bytes]] = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
}

# What points at a part that was left out: without it the file opens as before.
POINTERS: Final = (
    (re.compile(r"(?i)xl/worksheets/"), re.compile(rb'(<pageSetup\b[^>]*?)\s\w+:id="[^"]*"')),
    (re.compile(r"(?i)word/fonttable"), re.compile(rb"()<w:embed\w+\b[^>]*/>")),
)
