"""What this room contributes to pages that do not know it."""

from typing import Final

from market.accounts import requests_page
from market.kernel.actors import ADMINISTRATORS, Role
from market.web.panels import MenuLine, QuickAction

_SYSTEM: Final = frozenset({Role.SYSTEM_ADMIN})
_SECURITY: Final = frozenset({Role.SECURITY_ADMIN})
_EVENTS: Final = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
MENU: Final = (MenuLine(40, "/admin", "三员管理", ADMINISTRATORS),)
QUICK: Final = (
    QuickAction(
        10,
        "/admin/people/new",
        "开设账号",
        "登记单位和人员。权限由安全管理员另行授予。",
        "person",
        _SYSTEM,
    ),
    QuickAction(
        10,
        "/admin/people",
        "人员与权限",
        "授予、终止、停用、解锁，查看和结束登录。",
        "person",
        _SECURITY,
    ),
    QuickAction(
        20,
        "/admin/security-events",
        "安全事件",
        "每一次被拒绝的操作和每一次权限变动。",
        "shield",
        _EVENTS,
    ),
)
DUTIES: Final = requests_page.DUTIES
WAITS: Final = requests_page.WAITS
