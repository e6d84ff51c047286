"""Papers of a round: the notice of selection (中选通知书), worded from its statement.

Periods: contract within 30 days of the notice (招标投标法 art. 46, 政府采购法 art. 46).
"""

from typing import Any, Final

from market.accounts.regions import place
from market.documents.kinds import PaperKind
from market.kernel import money
from market.kernel.clock import local
from market.selection.ways.registry import WAYS
from market.web.i18n import LOCALES, say
from signing.core.canonical import JsonObject, read_instant
from signing.statements import notice

CONTRACT_DAYS = 30


def words(data: JsonObject) -> dict[str, Any]:
    """What the notice shows."""
    control = data["control_price_fen"]
    rows = [
        ("项目名称", data["title"]),
        ("项目编号", data["project"]),
        ("项目业主", data["owner"]),
        ("所在地区", place(data["region"]).name),
        ("选取方式", say(LOCALES[0], f"project.way.{data['way']}")),
        ("中选机构", data["agency"]["name"]),
        ("统一社会信用代码", data["agency"]["credit_code"]),
        ("中选金额", WAYS[data["way"]].amount(data)),
        ("控制价", f"{money.yuan(control)} 元" if control else "不设"),
        ("服务时限", f"{data['service_days']} 个工作日"),
        ("公示期", f"{_day(data['published_from_at'])}至{_day(data['published_until_at'])}"),
        ("抽取记录指纹", data["transcript_sha256"][:32] + "…"),
    ]
    if contact := data.get("owner_contact"):
        rows.append(("业主联系人", f"{contact['name']}　{contact['phone']}"))
    return {
        "agency": data["agency"]["name"],
        "body": f"{data['owner']}的“{data['title']}”项目按照公布的规则完成选取，"
        "结果已经公示，公示期已满。现确定贵单位为中选机构，主要内容如下：",
        "rows": [{"label": label, "value": value} for label, value in rows],
        "next": f"请自本通知书发出之日起 {CONTRACT_DAYS} 日内与项目业主签订合同。"
        "无正当理由放弃中选或者不按时签订合同的，按照信用管理规定处理。",
        "date": _day(data["issued_at"]),
        "verify": "扫码核验本通知书的签章，并可重新计算选取全过程。",
    }


def _day(text: str) -> str:
    at = local(read_instant(text))
    return f"{at.year}年{at.month}月{at.day}日"


NOTICE: Final = PaperKind(
    name="notice",
    check=notice.must_be,
    words=words,
    template="selection/notice.typ",
    page="selection/notice.html",
)
PAPERS: Final = (NOTICE,)
