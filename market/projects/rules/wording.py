"""What the texts may not say: private contacts, agencies' names, places, abolished licences.

Naming an agency is designating it (优化营商环境条例 art. 43, 政府采购法实施条例 art. 20(3)(6)); a
place as a condition shuts others out (the same, art. 20(7)). Patterns only warn where they may
err.
"""

import re
from collections.abc import Iterator
from typing import Final

from market.kernel.names import name_key
from market.projects.rules.draft import Draft
from market.projects.rules.finding import Breach, Source, warning
from market.projects.rules.setting import Setting

TEXTS: Final = ("title", "summary", "scale", "requirements", "staff", "amount_note")
_PRIVATE = re.compile(
    r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?:微信|QQ|qq|WeChat|wechat|vx|VX)(?:号码|号)?\s*[:：]?\s*[A-Za-z0-9_-]{5,20}"
)
_LOCAL = re.compile(
    r"(?:仅限|只限|限于?|须在|必须在)[^，。；\n]{0,8}(?:本地|本市|本县|本区|当地|达州)"
    r"|(?:本地|本市|本县|本区|当地)(?:企业|机构|注册|公司|单位)"
)
# 资质认定已取消的五类 (each cancelled by the act named in the sentence of its key).
_ABOLISHED: Final = {
    "environment": re.compile(r"(?:环评|环境影响评价)(?:机构)?(?:甲级|乙级)?资质"),
    "tendering": re.compile(r"招标代理(?:机构)?(?:甲级|乙级|暂定级)?资[格质]"),
    "cost": re.compile(r"(?:工程)?造价咨询(?:企业|单位)?(?:甲级|乙级)?资质"),
    "consulting": re.compile(r"工程咨询(?:单位)?(?:甲级|乙级|丙级)?资[格质](?!信)"),
    "soil": re.compile(r"(?:水保|水土保持)方案(?:编制)?(?:单位)?(?:甲级|乙级|丙级)?资质"),
}


def check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """Findings in the free texts, at most one of each kind a field."""
    for name in TEXTS:
        text: str = getattr(draft, name)
        if not text:
            continue
        key = name_key(text)
        if _PRIVATE.search(text):
            yield Breach(name, "project.text.contact", Source.PRIVACY)
        for agency in setting.named:
            if name_key(agency) in key:
                yield Breach(name, "project.text.agency", Source.DESIGNATION, {"agency": agency})
                break
        if _LOCAL.search(text):
            yield warning(name, "project.text.local", Source.LOCALITY)
    for name in ("requirements", "staff", "summary"):
        for kind, pattern in _ABOLISHED.items():
            if found := pattern.search(getattr(draft, name)):
                yield Breach(
                    name, f"project.text.abolished.{kind}", Source.LICENCES, {"words": found[0]}
                )
                break


_KIND = re.compile(
    r"(?:公司|事务所|研究院|设计院|研究所|测绘院|勘察院|勘测院|规划院|服务部|服务中心|咨询中心"
    r"|检测中心|工作室|检测站|厂)(特殊普通合伙|普通合伙|有限合伙)?"
)
_SHORTEST, _LONGEST = 5, 60


def names_in(draft: Draft) -> frozenset[str]:
    """Every piece of the texts that could be an agency's name, as ``name_key`` writes it.

    The directory decides which of them is one.
    """
    pieces: set[str] = set()
    for name in TEXTS:
        key = name_key(getattr(draft, name))
        for kind in _KIND.finditer(key):
            for end in {kind.end(), kind.start(1)} - {-1}:
                starts = range(max(0, end - _LONGEST), end - _SHORTEST + 1)
                pieces.update(key[start:end] for start in starts)
    return frozenset(pieces)
