"""The form's promise: what it says becomes public stands on the public page, field by field."""

import re

import httpx2
import pytest

from market.projects.models import Project
from market.projects.rules.steps import STEP_OF
from tests.factories.city import TestCity
from tests.factories.needs import typed
from tests.factories.owners import OWNER, Browser, make_ready, move, open_market

AGENCY = "甲咨询"
PROMISED = {
    "title": ("罗江河综合治理工程水土保持方案编制", "罗江河综合治理工程水土保持方案编制"),
    "item": ("soil-conservation", "水土保持方案编制"),
    "summary": ("编制方案报告书并通过评审，\n成果一式八份。", "成果一式八份。"),
    "scale": ("治理河道 7.7 公里", "治理河道 7.7 公里"),
    "requirements": ("近三年有同类成果", "近三年有同类成果"),
    "staff": ("注册土木工程师两名", "注册土木工程师两名"),
    "service_days": ("33", "33 个工作日"),
    "region": ("511702", "通川区"),
    "address": ("罗江镇河堤路 9 号", "罗江镇河堤路 9 号"),
    "contact_name": ("欧阳晓明", "欧***"),
    "contact_phone": ("13987654321", "139****4321"),
    "complaint_phone": ("0818-2100009", "0818-2100009"),
    "funding": ("mixed", "财政与社会资金"),
    "fiscal_percent": ("37", "财政占 37%"),
    "needs_approval": ("yes", "批文文号"),
    "approval_number": ("达发改审〔2026〕58号", "达发改审〔2026〕58号"),
    "control_price": ("12.5", "125,000.00 元"),
    "control_unit": ("wan", "125,000.00 元"),
    "amount_note": ("验收后一次付清", "验收后一次付清"),
    "way": ("random", "随机选取"),
    "pool": ("qualified", "从全部合格机构中抽取"),
    "fee_kind": ("standard", "计费标准"),
    "fee_name": ("工程咨询收费标准", "《工程咨询收费标准》（川发改价〔2025〕7号）"),
    "fee_number": ("川发改价〔2025〕7号", "川发改价〔2025〕7号"),
    "fee_rule": ("按附表下浮两成", "按附表下浮两成"),
    "deadline_at": ("", "16:00"),
    "avoid": (AGENCY, 'href="/agencies/'),
    "avoid_tie": ("kinship", "近亲属"),
    "witness": ("慕容秋月", "慕***"),
    "witness_unit": ("派驻纪检组", "派驻纪检组"),
}
KEPT_BACK = {"avoid_note": "其负责人是经办人的妹夫"}
"""What the form says stays with the owner; of the rows of a list the first."""
ANOTHER = {"fee": "of the other kind of fee"}
CONFIRMED = {"control_price_sure", "fee_sure"}
"""The same sum once more."""
HIDDEN = ("晓明", "87654", "妹夫", "秋月")


def row_of(name: str) -> str:
    """The field of a list by what each row calls it."""
    return re.sub(r"_[1-9]$", "", name)


def announcement(page: str) -> str:
    """What is announced, as it stands on a page."""
    found = re.search(r'<section class="card announcement.*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def test_every_field_of_the_form_has_a_place_or_is_kept_back() -> None:
    asked = {row_of(name) for name in STEP_OF}
    assert asked == PROMISED.keys() | KEPT_BACK.keys() | ANOTHER.keys() | CONFIRMED


@pytest.fixture
async def needed(city: TestCity) -> str:
    """A checked need that fills every field."""
    (first, *_) = await open_market(city)
    rows = {name for name in STEP_OF if name.endswith("_1")}
    given = {name: value for name, (value, _) in PROMISED.items() if name in STEP_OF and value}
    given |= {name: PROMISED[row_of(name)][0] for name in rows if row_of(name) in PROMISED}
    given |= {f"{name}_1": value for name, value in KEPT_BACK.items()}
    given["deadline_at"] = typed(city.clock())["deadline_at"]
    return await make_ready(city, **given | {"avoid_1": first})


async def test_all_that_is_promised_is_public_and_previewed(
    city: TestCity, client: httpx2.AsyncClient, needed: str
) -> None:
    preview = announcement((await Browser(client, OWNER).get(f"/my/projects/{needed}/check")).text)
    row = await Project.get(code=needed)
    await move(city.call(OWNER), "published", needed, row.deadline_at, "accepting")
    page = (await client.get(f"/projects/{needed}")).text
    public = announcement(page)
    missing = {name: shown for name, (_, shown) in PROMISED.items() if shown not in public}
    assert missing == {}
    assert [secret for secret in HIDDEN if secret in page] == []
    assert "中选机构名称" in public
    assert 'class="qr"' in public
    when = re.search(r"发布时间</dt><dd>([^<]+)", public)
    assert when
    assert public.count("打印公告") == 1
    public = re.sub(r'<div class="actions">.*?</div>\s*', "", public, flags=re.DOTALL)
    assert preview.split() == public.replace(when[1].strip(), "尚未发布").split()
    open_data = (await client.get(f"/api/projects/{needed}")).json()
    need = open_data["need"]
    assert open_data["published_at"]
    assert need["funding"] == {"source": "mixed", "fiscal_percent": 37}
    assert need["witnesses"] == [{"name": "慕***", "unit": "派驻纪检组"}]
    said = (need["approval_number"], need["amount_note"], need["address"], need["winner_public"])
    assert said == ("达发改审〔2026〕58号", "验收后一次付清", "罗江镇河堤路 9 号", True)
