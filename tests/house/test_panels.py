"""What rooms contribute to pages leads somewhere and is worded; a planted violation is found."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from market import rooms
from market.kernel.actors import Role
from market.routes import ROUTES
from market.web.data import data
from market.web.i18n import catalogue
from market.web.panels import MenuLine, desk_of, menu

PAGES = {route.path for route in ROUTES if not route.writes}
NOBODYS = {Role.ANYONE, Role.TRUSTEE, Role.CLOCK}  # no person acts as one of these


def astray(hrefs: Iterable[str]) -> set[str]:
    """Addresses that no room has."""
    return set(hrefs) - PAGES


def test_the_menu_leads_to_pages_and_is_worded() -> None:
    lines: list[MenuLine] = rooms.gathered("panels", "MENU")
    assert astray(line.href for line in lines) == set()
    assert astray(["/nowhere"]) == {"/nowhere"}
    assert len({line.place for line in lines}) == len(lines)
    assert [line.label for line in lines if catalogue("en").gettext(line.label) == line.label] == []


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_menu_and_every_person_a_desk(role: Role) -> None:
    assert [line.href for line in menu(role)][:2] == ["/", "/projects"]
    assert (desk_of(role) == "/") is (role in NOBODYS)
    assert astray([desk_of(role)]) == set()


CARD = re.compile(r"\bCard\(\s*\"([^\"]+)\"")


def without_template(code: str) -> set[str]:
    """The cards of the code that no template shows."""
    return {name for name in CARD.findall(code) if not (data("templates") / name).exists()}


def test_every_card_has_its_template() -> None:
    rooms_code = "".join(
        Path(str(one.__file__)).read_text("utf-8") for one in rooms.parts("panels")
    )
    assert len(CARD.findall(rooms_code)) >= 3
    assert without_template(rooms_code) == set()
    assert without_template('Card(\n    "nobody/card.html", None)') == {"nobody/card.html"}
