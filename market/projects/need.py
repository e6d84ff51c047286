"""The public need: what everyone may read of a project, as one canonical JSON object.

Its hash is logged when the project becomes ready and again at publication, so that nobody can
change what was asked for. People appear masked, ties of the avoidance list as a category without
the note.
"""

from collections.abc import Sequence
from typing import Any, Final

from market.accounts import masking
from market.documents.attachments import AttachedFile
from market.projects.models import Project
from market.projects.rules.draft import Draft
from market.projects.rules.setting import Setting
from market.projects.rules.ways.registry import WAYS
from market.projects.states import Pool
from market.web import search
from signing.core import canonical

WHOLE: Final = "whole"


def fix(
    project: Project, draft: Draft, setting: Setting, attachments: Sequence[AttachedFile]
) -> None:
    """Write a draft without breaches into its project's row, need and all; saves nothing."""
    item = setting.item
    project.update_from_dict(
        {
            "need": of(
                project.code, (project.owner, project.owner_name), draft, setting, attachments
            ),
            "title": draft.title,
            "summary": draft.summary,
            "region": draft.region,
            "item": draft.item,
            "way": draft.way,
            "pool": draft.pool or Pool.APPLICANTS,
            "fiscal": draft.fiscal_share > 0,
            "control_price_fen": draft.control_price_fen,
            "deadline_at": draft.deadline_at,
            "avoid": [
                {"agency": setting.agencies[row.asked], "tie": str(row.tie), "note": row.note}
                for row in draft.avoid
            ],
            "witnesses": [{"name": w.name, "unit": w.unit} for w in draft.witnesses],
            "words": search.words(
                draft.title,
                *((item.name, item.name_en) if item else ()),
                project.owner_name,
                project.code,
                short_forms=True,
            ),
        }
    )


def of(
    code: str,
    owner: tuple[str, str],
    draft: Draft,
    setting: Setting,
    attachments: Sequence[AttachedFile] = (),
) -> dict[str, Any]:
    """The need of a draft without breaches. ``owner``: code, name.

    What the way asks itself stands in ``way_terms``, which a way that asks nothing leaves out, and
    ``attachments`` where there are any: name, kind, bytes and SHA-256 of each.
    ``contact`` says by ``notice`` that the owner was told beforehand: the notice of selection tells
    the contact whole. A need that was fixed before the form said so has no such word.
    """
    way, pool, funding, deadline = draft.way, draft.pool, draft.funding, draft.deadline_at
    if way is None or funding is None or deadline is None:
        raise ValueError("only a draft without breaches has a need")
    terms = WAYS[way].terms(draft, setting)
    return {
        "v": 1,
        "project": code,
        "title": draft.title,
        "item": draft.item,
        "summary": draft.summary,
        "scale": draft.scale,
        "requirements": draft.requirements,
        "staff": draft.staff,
        "service_days": draft.service_days,
        "owner": {"organisation": owner[0], "name": owner[1]},
        "region": draft.region,
        "address": draft.address,
        "contact": {
            "name": masking.person_name(draft.contact_name),
            "phone": public_phone(draft.contact_phone),
            "notice": WHOLE,
        },
        "complaint_phone": public_phone(draft.complaint_phone),
        "funding": {"source": str(funding), "fiscal_percent": draft.fiscal_share},
        "approval_number": draft.approval_number if draft.needs_approval else None,
        "control_price_fen": draft.control_price_fen,
        "amount_note": draft.amount_note,
        "way": str(way),
        "pool": str(pool) if pool else "applicants",
        "winner_public": True,
        "deadline_at": canonical.instant(deadline),
        "avoid": [
            {"agency": setting.agencies[row.asked], "tie": str(row.tie)}
            for row in draft.avoid
            if row.tie
        ],
        "witnesses": [
            {"name": masking.person_name(w.name), "unit": w.unit} for w in draft.witnesses
        ],
        **({} if terms is None else {"way_terms": terms}),
        **({"attachments": [_listed(file) for file in attachments]} if attachments else {}),
    }


def _listed(file: AttachedFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "kind": file.kind.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
    }


def public_phone(number: str) -> str:
    """An office's number whole; a person's mobile number masked (个人信息保护法 art. 25)."""
    return masking.phone(number) if number.startswith("1") and len(number) == 11 else number
