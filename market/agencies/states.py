"""Standing and size of an agency.

Standing is given by the register as loaded; 入驻 by application and the penalties that change a
standing belong to rooms to come, so there is no transition here yet.
"""

from enum import StrEnum


class Standing(StrEnum):
    """GOOD 正常, WATCH 关注 (may take part, shown), SUSPENDED 暂停, REMOVED 清退."""

    GOOD = "good"
    WATCH = "watch"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class SizeClass(StrEnum):
    """工信部联企业〔2011〕300号: micro, small, medium, large."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
