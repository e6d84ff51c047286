"""The public need: canonical, complete, and without what is private."""

from hypothesis import given
from hypothesis import strategies as st

from market.projects import need
from market.projects.rules import read
from signing.core import canonical
from tests.factories.needs import setting, typed

PRIVATE = {
    "contact_name": "欧阳晓明",
    "contact_phone": "13987654321",
    "avoid_1": "甲",
    "avoid_tie_1": "kinship",
    "avoid_note_1": "其负责人是经办人的妹夫",
    "witness_1": "慕容秋月",
    "witness_unit_1": "派驻纪检组",
}


def test_the_need_is_canonical_and_the_same_for_the_same_answers() -> None:
    made = [
        canonical.dumps(need.of("DZ-2026-000001", ("org", "水务局"), read(typed())[0], setting()))
        for _ in range(2)
    ]
    assert made[0] == made[1]
    value = canonical.loads(made[0])
    assert value["control_price_fen"] == 12_000_000
    assert value["deadline_at"].endswith(".000Z")
    assert value["pool"] == "applicants"


def test_names_phones_and_explanations_do_not_reach_the_public() -> None:
    draft, unread = read(typed(**PRIVATE))
    assert unread == []
    text = canonical.dumps(
        need.of("DZ-2026-000001", ("org", "水务局"), draft, setting(agencies={"甲": "a1"}))
    ).decode()
    for secret in ("晓明", "87654", "妹夫", "秋月"):
        assert secret not in text
    assert '"avoid":[{"agency":"a1","tie":"kinship"}]' in text
    assert "派驻纪检组" in text


def test_an_office_number_is_public() -> None:
    assert need.public_phone("0818-2100000") == "0818-2100000"
    assert need.public_phone("13987654321") == "139****4321"


@given(st.text(max_size=200))
def test_any_text_that_can_be_read_is_canonical(text: str) -> None:
    draft, unread = read(typed(scale=text))
    if not unread:
        canonical.dumps(need.of("DZ-2026-000001", ("org", "水务局"), draft, setting()))
