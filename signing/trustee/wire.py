"""What a trustee says to the platform, written by the one and read by the other (PROTOCOL.md §4).

Every message is canonical JSON with a small signature of the trustee, posted to `PATHS[kind]`. The
writing functions give the object to be kept and sent; the reading ones take the bytes that came in,
refuse what is not by a trustee of the `anchors` or does not hold by itself, and give frozen values.
A key that a later version adds to a greeting or an alarm is left alone; where witness lines, seeds
and shares are given, nothing may stand that is not understood. Whether a message fits the round is
the platform's to ask. What the platform answers is `signing.trustee.work`, what a trustee says on
an audit order `signing.trustee.sealed_shares`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from signing.core.canonical import Json, JsonObject, b64, loads, read_instant, unb64, unhex
from signing.core.errors import Refused
from signing.core.shape import (
    Shape,
    exactly,
    fits,
    hex_of,
    is_base64,
    is_flag,
    is_instant,
    is_natural,
    is_text,
    list_of,
    must_have,
    nullable,
)
from signing.core.small import check
from signing.log import checkpoint as checkpoints
from signing.log.anchors import Anchors
from signing.log.checkpoint import Checkpoint
from signing.log.note import Line, Note, parse
from signing.rounds.admission import check_box_report
from signing.sealing.sealed import Envelope, fits_hash, read
from signing.trustee.keys import Own
from signing.trustee.spoken import FIRST, is_speech
from signing.ways.registry import RELEASED
from signing.ways.releases import ORDERED

PATHS = {
    "hello": "/trustee/hello",
    "cosignature": "/trustee/cosignature",
    "contribution": "/trustee/contribution",
    "reports": "/trustee/report",
    "shares": "/trustee/release",
    "audit": "/trustee/audit",
    "alarm": "/trustee/alarm",
}
PAGE = 128

_is_object: Callable[[Json], bool] = lambda value: isinstance(value, dict)  # noqa: E731 - a check as all others are
_SIGNED: Shape = {"v": exactly(1), "trustee": is_text, "at": is_instant, "signature_b64": is_base64}
_HELLO: Shape = {
    "size": is_natural,
    "root": hex_of(32),
    "demo_clock": is_flag,
    "speaks": nullable(is_speech),
}
_COSIGNATURE: Shape = {"text": is_text, "line": is_text}
_CONTRIBUTION: Shape = {
    "about": is_text,
    "role": is_text,
    "commit": hex_of(32),
    "envelope_b64": is_base64,
}
_REPORTS: Shape = {"reports": list_of(_is_object)}
_RELEASE: Shape = {
    "about": is_text,
    "what": exactly(*RELEASED, *ORDERED),
    "envelopes": list_of(hex_of(32)),
    "freeze_index": nullable(is_natural),
    "tree_size": nullable(is_natural),
}
_SHARES: Shape = {
    "release": _is_object,
    "shares": list_of(fits({"envelope": hex_of(32), "share": hex_of(32)})),
}
_ALARM: Shape = {
    "code": is_text,
    "about": nullable(is_text),
    "sentence": is_text,
    "grave": is_flag,
    "evidence": list_of(is_text),
}


@dataclass(frozen=True)
class Hello:
    """A trustee is there: its clock, its copy of the ledger, whether its clock is the demo's.

    `speaks` are the kinds of items that it may be asked, each with its versions.
    """

    trustee: str
    at: datetime
    size: int
    root: bytes
    demo_clock: bool
    speaks: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: FIRST)


@dataclass(frozen=True)
class Cosignature:
    """A witness line that holds, the checkpoint under which it stands, its time (seconds)."""

    trustee: str
    checkpoint: Checkpoint
    line: Line
    cosigned_at: int


@dataclass(frozen=True)
class Contribution:
    """A trustee's part of the seed: its commitment and its sealed secret."""

    trustee: str
    about: str
    role: str
    commit: str
    envelope: Envelope


@dataclass(frozen=True)
class Release:
    """A signed release (`body`, to be kept and hashed) and the shares {envelope: share}."""

    trustee: str
    about: str
    what: str
    body: JsonObject
    shares: Mapping[str, bytes]


@dataclass(frozen=True)
class Alarm:
    """What a trustee refused and why; grave when somebody broke the protocol."""

    trustee: str
    code: str
    about: str | None
    sentence: str
    grave: bool
    evidence: tuple[str, ...]
    at: datetime


def release(own: Own, *, about: str, what: str, at: str, **tied: Json) -> JsonObject:
    """Give the signed release; `tied` are envelopes, freeze_index and tree_size (§4)."""
    return own.signed("release", about=about, what=what, at=at, **tied)


def shares(own: Own, body: JsonObject, given: Mapping[str, bytes], at: str) -> JsonObject:
    """Give the message of a release with its shares {envelope: share}."""
    rows = [{"envelope": one, "share": given[one].hex()} for one in sorted(given)]
    return own.signed("shares", release=body, shares=rows, at=at)


def contribution(own: Own, *, about: str, commit: bytes, envelope: bytes, at: str) -> JsonObject:
    """Give the message of a contribution."""
    role = f"trustee:{own.id}"
    sealed = b64(envelope)
    return own.signed(
        "contribution", about=about, role=role, commit=commit.hex(), envelope_b64=sealed, at=at
    )


def cosignature(own: Own, text: str, line: Line, at: str) -> JsonObject:
    """Give the message of a witness line under the text of a checkpoint."""
    written = str(Note(text, (line,)))[len(text) + 1 : -1]
    return own.signed("cosignature", text=text, line=written, at=at)


def reports(own: Own, some: Iterable[JsonObject], at: str) -> JsonObject:
    """Give the message of a page of box reports."""
    return own.signed("reports", reports=list(some), at=at)


def signer(data: bytes, anchors: Anchors) -> str:
    """Give the trustee that signed a message, whatever it says; refuses one that none signed."""
    body = loads(data)
    name = body.get("trustee") if isinstance(body, dict) else None
    check(anchors.fellow(str(name)).public, body)
    return str(name)


def read_hello(data: bytes, anchors: Anchors) -> Hello:
    """Read a greeting."""
    body = _heard(data, "hello", _HELLO, anchors)
    said = body["speaks"]
    speaks = FIRST if said is None else {kind: tuple(each) for kind, each in said.items()}
    root = unhex(body["root"])
    return Hello(body["trustee"], _at(body), body["size"], root, body["demo_clock"], speaks)


def read_cosignature(data: bytes, anchors: Anchors) -> Cosignature:
    """Read a witness line; refuses one that does not hold under its text."""
    body = _read(data, "cosignature", _COSIGNATURE, anchors)
    fellow = anchors.fellow(body["trustee"])
    note = parse(f"{body['text']}\n{body['line']}\n")
    found = checkpoints.read_text(note.text)
    witness = checkpoints.Witness(fellow.name, fellow.public, fellow.platform)
    at = checkpoints.cosigned_at(note, witness)
    if at is None or len(note.lines) != 1 or found.origin != anchors.origin:
        raise Refused("cosignature", "this is no cosignature by {id}", id=fellow.id)
    return Cosignature(fellow.id, found, note.lines[0], at)


def read_contribution(data: bytes, anchors: Anchors) -> Contribution:
    """Read a contribution; the envelope is the trustee's own draw secret for this round."""
    body = _read(data, "contribution", _CONTRIBUTION, anchors)
    fellow = anchors.fellow(body["trustee"])
    envelope = read(unb64(body["envelope_b64"]))
    said = envelope.kind, envelope.about, envelope.author, body["role"]
    if said != ("draw_secret", body["about"], fellow.ed25519, f"trustee:{fellow.id}"):
        raise Refused("contribution", "this is no contribution of {id} to its round", id=fellow.id)
    return Contribution(fellow.id, body["about"], body["role"], body["commit"], envelope)


def read_reports(data: bytes, anchors: Anchors) -> tuple[JsonObject, ...]:
    """Read a page of box reports, each with the trustee's own signature."""
    body = _read(data, "reports", _REPORTS, anchors)
    if len(body["reports"]) > PAGE:
        raise Refused("page", "at most {most} box reports in one message", most=PAGE)
    return tuple(checked_report(one, anchors, trustee=body["trustee"]) for one in body["reports"])


def checked_report(body: Json, anchors: Anchors, *, trustee: str | None = None) -> JsonObject:
    """Give a box report back if the trustee it names (or must name) signed it."""
    said = body if isinstance(body, dict) else {}
    name = str(said.get("trustee")) if trustee is None else trustee
    public = anchors.fellow(name).public
    return check_box_report(public, body, about=str(said.get("about")), trustee=name)


def read_release(
    data: bytes, anchors: Anchors, envelope_of: Callable[[str], Envelope | None]
) -> Release:
    """Read a release; refuses a share that is not the one its envelope announced.

    `envelope_of` gives the stored envelope of a hash, None for one that is not known.
    """
    body = _read(data, "shares", _SHARES, anchors)
    given = body["release"]
    trustee = body["trustee"]
    inner = checked_release(given, anchors, trustee=trustee)
    if inner["what"] == "audit":
        raise Refused("shares", "shares: for an audit they come sealed, or not at all")
    found: dict[str, bytes] = {}
    for row in body["shares"]:
        envelope = envelope_of(row["envelope"])
        if envelope is None or envelope.about != inner["about"]:
            said = "shares: {envelope} is no envelope of this round"
            raise Refused("share_envelope", said, envelope=row["envelope"])
        share = unhex(row["share"])
        if not fits_hash(envelope, anchors.seat_of(trustee), share):
            said = "shares: the share of {id} for {envelope} is a wrong one"
            raise Refused("share", said, id=trustee, envelope=row["envelope"])
        found[row["envelope"]] = share
    if sorted(found) != inner["envelopes"] or len(found) != len(body["shares"]):
        raise Refused("shares", "shares: not those that the release names")
    return Release(trustee, inner["about"], inner["what"], given, found)


def checked_release(body: Json, anchors: Anchors, *, trustee: str) -> JsonObject:
    """Give a signed release back if this trustee signed it (a dossier holds them, §8)."""
    found = must_have("release", body, _SIGNED | {"kind": exactly("release")} | _RELEASE)
    check(anchors.fellow(trustee).public, found)
    if found["trustee"] != trustee or found["envelopes"] != sorted(set(found["envelopes"])):
        raise Refused("release", "release: not the word of {id}", id=trustee)
    return found


def read_alarm(data: bytes, anchors: Anchors) -> Alarm:
    """Read an alarm."""
    body = _heard(data, "alarm", _ALARM, anchors)
    said = body["code"], body["about"], body["sentence"], body["grave"]
    return Alarm(body["trustee"], *said, tuple(body["evidence"]), _at(body))


def _read(data: bytes, kind: str, shape: Shape, anchors: Anchors) -> JsonObject:
    body = must_have(kind, loads(data), _SIGNED | {"kind": exactly(kind)} | shape)
    check(anchors.fellow(body["trustee"]).public, body)
    return body


def _heard(data: bytes, kind: str, shape: Shape, anchors: Anchors) -> JsonObject:
    """The same where a key that is not known changes nothing, and `speaks` may be missing."""
    body = loads(data)
    full = _SIGNED | {"kind": exactly(kind)} | shape
    known = {"speaks": None} | body if isinstance(body, dict) else body
    found = must_have(kind, {key: known[key] for key in known if key in full}, full)
    check(anchors.fellow(found["trustee"]).public, body)
    return found


def _at(body: JsonObject) -> datetime:
    return read_instant(body["at"])
