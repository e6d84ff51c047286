"""How an authority writes its subjects, as data of `trust.json` (PROTOCOL.md §7).

A profile says whose certificates it is for (`person`, `organisation`) and how the attributes of the
subject are to be read, such as CN `{digits}` and O `{credit_code}{organisation}` for seals that
bear a number as their name. It fits when every attribute that it names has a value that fits;
the first profile that fits is taken. Placeholders: `name`, `organisation`, `role`, `number` (any
text), `credit_code` (18 characters, capitals or not), `digits` (not kept). Each once in
an attribute, one of any text at the most, and no two of any length side by side: so that there is
one way to read it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cryptography.x509.oid import NameOID

from signing.core.canonical import Json, JsonObject
from signing.core.errors import Refused
from signing.core.shape import exactly, fits, is_text, list_of, must_have

ATTRIBUTES: Final = {
    "CN": NameOID.COMMON_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "T": NameOID.TITLE,
    "UID": NameOID.USER_ID,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
}
HOLDERS: Final = ("person", "organisation")
LONGEST = 200  # characters of a pattern, and of what it fits

_ANY: Final = ("name", "organisation", "role", "number")
_PLACES: Final = {name: rf"(?P<{name}>.+)" for name in _ANY} | {
    "credit_code": r"(?P<credit_code>[0-9A-HJ-NP-RTUWXYa-hj-np-rtuwxy]{18})",
    "digits": r"[0-9]+",
}
_SIDE_BY_SIDE = re.compile(r"\{(?!credit_code)[a-z]+\}\{(?!credit_code)[a-z]+\}")
_placeholder = re.compile(r"\{([a-z_]*)\}")
_READING = {"attribute": exactly(*ATTRIBUTES), "pattern": is_text}
_SHAPE = {"holder": exactly(*HOLDERS), "reads": list_of(fits(_READING))}


@dataclass(frozen=True)
class SubjectProfile:
    """`reads`: attributes of a subject by their names in `ATTRIBUTES`, each with its pattern."""

    holder: str
    reads: Mapping[str, str]

    def read(self, stated: Mapping[str, list[str]]) -> dict[str, str] | None:
        """Give the fields of a `Subject` when {attribute: values} fits, else None."""
        fields = {"name": "", "organisation": "", "role": "", "number": "", "credit_code": ""}
        for attribute, pattern in self._patterns.items():
            short = (text for text in stated[attribute] if len(text) <= LONGEST)
            fitting = filter(None, map(pattern.fullmatch, short))
            fits = next(fitting, None)
            if fits is None:
                return None
            fields |= {name: text.strip() for name, text in fits.groupdict().items()}
        fields["credit_code"] = fields["credit_code"].upper()
        if self.holder == "organisation":
            body = fields["organisation"] or fields["name"]
            fields |= {"name": body, "organisation": body}
        return fields if fields["name"] else None

    def described(self) -> JsonObject:
        """Give it as a canonical JSON value."""
        reads = [{"attribute": name, "pattern": text} for name, text in self.reads.items()]
        return {"holder": self.holder, "reads": reads}

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {attribute: _compiled(pattern) for attribute, pattern in self.reads.items()}


def read_profile(value: Json) -> SubjectProfile:
    """Read one; refuses with `shape`."""
    body = must_have("subject profile", value, _SHAPE)
    reads = {one["attribute"]: one["pattern"] for one in body["reads"]}
    if len(reads) != len(body["reads"]):
        raise Refused("shape", "a subject profile reads each attribute once")
    profile = SubjectProfile(body["holder"], reads)
    places = [place for pattern in reads.values() for place in _places(pattern)]
    kept = [place for place in places if place != "digits"]
    names = {"name", "organisation"} if profile.holder == "organisation" else {"name"}
    if len(set(kept)) != len(kept) or not names & {*kept}:
        raise Refused("shape", "a subject profile names its holder once, and each thing once")
    return profile


def _places(pattern: str) -> list[str]:
    if len(pattern) > LONGEST:
        raise Refused("shape", "a pattern of a subject profile has 1 to {n} characters", n=LONGEST)
    places = _placeholder.findall(pattern)
    known = all(place in _PLACES for place in places) and len(set(places)) == len(places)
    if not known or sum(place in _ANY for place in places) > 1 or _SIDE_BY_SIDE.search(pattern):
        said = "{pattern}: its placeholders are {names}, each once, one of any text at the most"
        raise Refused("shape", said, pattern=pattern, names=", ".join(_PLACES))
    return places


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _placeholder.split(pattern)  # text, place, text, place, …, text
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=True)
    return re.compile("".join(re.escape(text) + _PLACES.get(place, "") for text, place in pairs))
