"""Reads of the catalogue. The list is some dozens of items long and read whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from market.catalogue.models import Department, ServiceItem
from market.catalogue.states import ItemState
from market.kernel.errors import not_found
from market.web.bilingual import Bilingual
from market.web.search import matches, wanted


@dataclass(frozen=True, slots=True)
class DepartmentCard(Bilingual):
    """A department."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ItemName(Bilingual):
    """An item's code and names, whether projects may ask for it, and what it is found by."""

    code: str
    name: str
    name_en: str
    is_open: bool
    words: str


@dataclass(frozen=True, slots=True)
class LegalBasis(Bilingual):
    """A law and its article."""

    law: str
    law_en: str
    article: str
    article_en: str


@dataclass(frozen=True, slots=True)
class ItemCard(Bilingual):
    """An item as pages show it; ``department`` is the organisation's code."""

    code: str
    name: str
    name_en: str
    department: str
    department_name: str
    department_name_en: str
    purpose: str
    purpose_en: str
    bases: tuple[LegalBasis, ...]
    qualification: str
    qualification_en: str
    time_limit_days: int
    fee_basis: str
    fee_basis_en: str
    result_document: str
    result_document_en: str
    floor_fen: int
    ceiling_fen: int
    state: ItemState
    words: str

    @property
    def is_open(self) -> bool:
        """Whether projects may ask for it."""
        return self.state is ItemState.OPEN

    @property
    def legal_basis(self) -> str:
        """All bases as one Chinese sentence part."""
        return "；".join(f"《{b.law}》{b.article}" for b in self.bases)

    @property
    def legal_basis_en(self) -> str:
        """All bases as one English sentence part."""
        return "; ".join(f"{b.law_en}, {b.article_en}" for b in self.bases)


async def item(code: str) -> ItemCard:
    """The item of that code; raises NOT_FOUND."""
    found = [i for i in await items() if i.code == code]
    if not found:
        raise not_found("item")
    return found[0]


async def items() -> tuple[ItemCard, ...]:
    """Every item, closed ones included, in the order of the list."""
    rows = await ServiceItem.all().select_related("department").order_by("number")
    return tuple(_card(row) for row in rows)


async def item_names() -> tuple[ItemName, ...]:
    """Every item by name only, closed ones included, in the order of the list."""
    columns = ("code", "name", "name_en", "state", "words")
    rows: list[Any] = await ServiceItem.all().order_by("number").values_list(*columns)
    return tuple(
        ItemName(code, name, name_en, state is ItemState.OPEN, words)
        for code, name, name_en, state, words in rows
    )


async def departments() -> tuple[DepartmentCard, ...]:
    """Every department that answers for an item."""
    rows = await Department.all().order_by("number")
    return tuple(DepartmentCard(r.code, r.name, r.name_en) for r in rows)


def chosen(
    cards: Iterable[ItemCard], query: str = "", department: str = "", state: str = ""
) -> tuple[ItemCard, ...]:
    """Those of ``cards`` that fit.

    An empty condition lets all through, an unsearchable query none.
    """
    pieces = wanted(query)
    if query.strip() and not pieces:
        return ()
    return tuple(
        c
        for c in cards
        if matches(c.words, pieces)
        and department in {"", c.department}
        and state in {"", str(c.state)}
    )


def _card(row: ServiceItem) -> ItemCard:
    return ItemCard(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        department=row.department.code,
        department_name=row.department.name,
        department_name_en=row.department.name_en,
        purpose=row.purpose,
        purpose_en=row.purpose_en,
        bases=tuple(LegalBasis(**basis) for basis in row.bases),
        qualification=row.qualification,
        qualification_en=row.qualification_en,
        time_limit_days=row.time_limit_days,
        fee_basis=row.fee_basis,
        fee_basis_en=row.fee_basis_en,
        result_document=row.result_document,
        result_document_en=row.result_document_en,
        floor_fen=row.floor_fen,
        ceiling_fen=row.ceiling_fen,
        state=row.state,
        words=row.words,
    )
