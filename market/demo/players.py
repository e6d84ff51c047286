"""What the story's people do, as their browsers and agents would: publish, apply, be a trustee.

The trustees' judges are the real ones; only the wire between them and the platform is shorter here
than in the running demo, where they are processes of their own.
"""

import io
import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from market.audit.publish import LogFolder, add_line, latest, publish
from market.documents import signatures
from market.documents.attachments import StoredFile
from market.documents.signatures import SignedStatement
from market.infra.inspection.kinds import clean
from market.kernel.actors import NOBODY
from market.kernel.call import Call
from market.projects import actions as projects
from market.projects.attaching import attach
from market.projects.queries import asking
from market.selection.deciding.inputs import envelopes_of
from market.selection.forms import AskAdmission, OwnContribution, SealedApplication
from market.selection.intake.admission import admit
from market.selection.intake.upload import apply
from market.selection.models import Round
from market.selection.publishing.owner_signature import going_out
from market.selection.publishing.project_need import need_of
from market.selection.publishing.publication import Publication, prepare, terms_of
from market.selection.publishing.publish import publish as publish_round
from market.selection.trustees import messages
from market.selection.trustees.worklist import work_for
from signing.cms.signer import Signer
from signing.core.canonical import b64, dumps, instant, loads
from signing.core.errors import Refused
from signing.draw.contributions import OWNER, draw_commit, secret_payload
from signing.draw.rules import draw_id
from signing.rounds import admission
from signing.sealing import sealed
from signing.statements import cades
from signing.trustee import wire
from signing.trustee.blind_audits import give_for_audit
from signing.trustee.boxes import look_into
from signing.trustee.contribution import contribute
from signing.trustee.orders import obey
from signing.trustee.release import release
from signing.trustee.sealed_shares import read_sealed_shares
from signing.trustee.trustee import Trustee
from signing.trustee.witness import witness

Act: TypeAlias = Callable[[], object]

QUANTITIES: Final = (
    ("序号", "工作内容", "单位", "数量"),
    (1, "现场踏勘与资料收集", "次", 2),
    (2, "报告编制", "份", 1),
    (3, "专家评审与修改", "次", 1),
    (4, "成果归档", "套", 6),
)


async def publish_need(call: Call, code: str, signer: Signer | None = None) -> str:
    """The owner's browser publishes a checked need, signed maybe; returns the round's name."""
    made, form = await publication_form(call, code, signer)
    signature = await signatures.taken(call, form.signed) if form.signed else None
    await publish_round(call, code, form, signature)
    return made.about


async def publication_form(
    call: Call, code: str, signer: Signer | None = None
) -> tuple[Publication, OwnContribution]:
    """What the owner's browser is given, and what it sends: its secret, its signature."""
    need = await need_of(code, call.actor, call.now)
    made = await prepare(call.tools, need, call.now)
    secret, key = secrets.token_bytes(32), Ed25519PrivateKey.generate()
    payload = secret_payload(OWNER, secret)
    envelope = sealed.seal("draw_secret", payload, made.terms, key, made.attempt)
    drawn, going = draw_id(made.rules), await going_out(call.actor, need, made)
    said = going.statement(instant(call.now)).decode()
    return made, OwnContribution(
        draw_id=drawn.hex(),
        commit=draw_commit(OWNER, drawn, secret).hex(),
        envelope=envelope.decode(),
        signed=_signed(call, said, signer) if signer else None,
    )


async def attach_list(call: Call, code: str, name: str) -> None:
    """The owner hangs a sheet of quantities on its project, cleaned as any other file."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - heavy, and only the founding writes one

    made = io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet("清单")
        for row, cells in enumerate(QUANTITIES):
            sheet.write_row(row, 0, cells)
    kind, kept = clean(made.getvalue())
    sha256 = await call.tools.files.put(kept)
    await attach(call, code, StoredFile(name, kind, len(kept), sha256))


async def ask_again(call: Call, code: str, signer: Signer, reason: str) -> None:
    """The owner's browser signs why a project that failed shall be tried again."""
    found = await asking(call.actor, code, call.now)
    said = found.statement(reason, call.now)
    taken = await signatures.taken(call, _signed(call, said, signer))
    await projects.ask_again(call, code, found.failed, taken)


def _signed(call: Call, said: str, signer: Signer) -> SignedStatement:
    signature = b64(cades.sign(said.encode(), signer, call.now))
    return SignedStatement(statement=said, cms_b64=signature)


async def apply_sealed(
    call: Call,
    about: str,
    signer: Signer,
    price_fen: int | None,
    key: Ed25519PrivateKey | None = None,
    seq: int = 1,
    **further: bytes,
) -> None:
    """An agency's browser asks for admission, seals and uploads without its session.

    ``further`` are the payloads of what the way seals beside application and identity, by kind.
    """
    key = key or Ed25519PrivateKey.generate()
    author = key.public_key().public_bytes_raw().hex()
    round_ = await Round.get(about=about)
    terms = terms_of(about, round_.terms)
    admitted = await admit(call, about, AskAdmission(author=author))
    application = admission.application(secrets.token_bytes(32), admitted["admission"], price_fen)
    statement = admission.identity_statement(
        about=about, author=author, application=application, agency=admitted["agency"]["code"]
    )
    identity = admission.identity(
        admitted["agency"],
        bytes.fromhex(admitted["salt"]),
        certificate=signer.certificate.public_bytes(Encoding.DER),
        statement=statement,
        cms=cades.sign(statement.encode(), signer, call.now),
    )
    payloads = {"application": application, "identity": identity, **further}
    sent = {
        kind: sealed.seal(kind, data, terms, key, seq).decode() for kind, data in payloads.items()
    }
    await apply(call.by(NOBODY), about, SealedApplication.model_validate(sent))


async def greet(call: Call, trustees: Iterable[Trustee]) -> None:
    """Every trustee is written down as there."""
    for one in trustees:
        await messages.greet(messages.as_trustee(call, one.own.id), _hello(call, one))


async def trustees_turn(call: Call, trustees: Sequence[Trustee], *, greeting: bool = True) -> bool:
    """One turn of every trustee; True when any of them did something.

    All of them see the newest tree before any is asked for more: what is asked may rest on the
    others' lines. ``greeting``: whether that they are there is written down, as the running
    platform always does.
    """
    await publish(call)
    seen = [await _do(call, one, await _offered(call, one)) for one in trustees]
    if greeting:
        await greet(call, trustees)
    done = [await _do(call, one, await _asked(call, one)) for one in trustees]
    return any(seen + done)


def _hello(call: Call, one: Trustee) -> wire.Hello:
    body = one.greeting(call.now, demo=call.tools.city.demo)
    return wire.read_hello(dumps(body), call.tools.anchors)


async def _offered(call: Call, one: Trustee) -> list[Act]:
    newest = await latest()
    if newest is None or one.own.name in newest.lines:
        return []
    return [partial(witness, one, newest.note, LogFolder(call.tools.log).read, call.now)]


async def _asked(call: Call, one: Trustee) -> list[Act]:
    asked = await work_for(call, _hello(call, one))
    acts: list[Act] = [partial(contribute, one, about, call.now) for about in asked.contribute]
    acts += [partial(look_into, one, box, call.now) for box in asked.boxes]
    acts += [partial(release, one, evidence, call.now) for evidence in asked.releases]
    acts += [partial(obey, one, order, call.now) for order in asked.orders]
    acts += [partial(give_for_audit, one, audit, call.now) for audit in asked.audits]
    return acts


async def _do(call: Call, one: Trustee, acts: list[Act]) -> bool:
    for act in acts:
        try:
            act()
        except Refused as refusal:
            one.alarm(None, refusal, call.now)
    return await _flush(call, one)


async def _flush(call: Call, one: Trustee) -> bool:
    waiting = one.memory.outbox()
    boxes = [said.body for said in waiting if said.kind == "box"]
    if boxes:
        data = dumps(wire.reports(one.own, boxes, instant(call.now)))
        await messages.take_reports(
            messages.as_trustee(call, one.own.id), wire.read_reports(data, call.tools.anchors)
        )
    for said in waiting:
        if said.kind != "box":
            await _deliver(call, one, said.kind, dumps(said.body))
        one.memory.answered(said, instant(call.now))
    return bool(waiting)


async def _deliver(call: Call, one: Trustee, kind: str, data: bytes) -> None:
    anchors, own = call.tools.anchors, messages.as_trustee(call, one.own.id)
    if kind == "cosignature":
        await add_line(own, wire.read_cosignature(data, anchors))
    elif kind == "contribution":
        await messages.take_contribution(own, wire.read_contribution(data, anchors))
    elif kind == "shares":
        names = [row["envelope"] for row in loads(data)["shares"]]
        known = await envelopes_of(names)
        await messages.take_release(own, wire.read_release(data, anchors, known.get))
    elif kind == "audit":
        await messages.take_sealed_shares(own, read_sealed_shares(data, anchors))
    else:
        await messages.take_alarm(own, wire.read_alarm(data, anchors))
