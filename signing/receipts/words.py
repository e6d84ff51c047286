"""What a receipt came to, in the two languages of the command: Chinese, then English."""

from typing import Final

from signing.receipts.outcome import Outcome

_OUTCOMES: Final = {
    "chosen": ("中选", "selected"),
    "reserve": ("候补第 {place} 位", "reserve number {place}"),
    "outbid": ("未中选，报价排第 {place} 位", "not selected, price ranked {place}"),
    "lost": ("未中选", "not selected"),
    "excluded": ("未中选：{zh}", "not selected: {en}"),
    "moved": (
        "曾经中选，后来由下一位递补：{zh}",
        "selected at first, then the next followed: {en}",
    ),
    "left_out": ("没有参加选取：{zh}", "did not take part: {en}"),
    "failed": ("流标：{zh}", "the round failed: {en}"),
}
_GROUNDS: Final = {
    "": ("还没有结果", "no result yet"),
    "NOT_CONTRIBUTED": ("随机数没有到齐", "random numbers were missing"),
    "TOO_FEW": ("报名不足", "too few applied"),
    "CONTRIBUTION_BAD": ("有一方的随机数与承诺不符", "a random number broke its commitment"),
    "NOBODY_FIT": ("没有一份有效报名", "no application was valid"),
    "EXHAUSTED": ("递补已尽", "nobody was left to follow"),
    "UNREADABLE": ("密封件打不开", "the envelope cannot be opened"),
    "BAD_PAYLOAD": ("内容不合规", "the content is not as it must be"),
    "OVER_CONTROL_PRICE": ("高于控制价", "above the control price"),
    "REPLACED": ("后来更换了", "replaced by a later one"),
    "WITHDRAWN": ("截止前撤回了", "withdrawn before the deadline"),
    "LATE": ("登记时已过截止时间", "recorded after the deadline"),
    "BOX_BAD": ("没有通过托管方核对", "a trustee could not open its box"),
    "IDENTITY_UNREADABLE": ("身份打不开", "the identity cannot be opened"),
    "IDENTITY_UNBOUND": ("身份与报名不符", "the identity is not of this application"),
    "SIGNATURE_BAD": ("证书签名无效", "the certificate's signature does not count"),
    "NOT_QUALIFIED": ("封存时不合格", "not qualified at the freeze"),
    "AVOIDED": ("应当回避", "to be avoided"),
    "EXPLANATION_REFUSED": ("说明未被接受", "the explanation was refused"),
}


def told(outcome: Outcome) -> str:
    """Give the sentence of an outcome; a ground that a later version added is told by its code."""
    zh, en = _OUTCOMES[outcome.kind]
    ground = _GROUNDS.get(outcome.ground, (outcome.ground, outcome.ground))
    named = {"place": outcome.place, "zh": ground[0], "en": ground[1]}
    zh, en = zh.format_map(named), en.format_map(named)
    if outcome.code:
        letter, _, number = outcome.code.partition("-")
        zh, en = f"您的代号 {letter}-{number}：{zh}", f"your code A-{number}: {en}"
    return f"{zh} / {en}"
