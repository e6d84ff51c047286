"""Who may touch whose rights. Pure: None means yes, a key says why not.

授权 is the security administrator's (安全管理员), who never changes their own rights; opening an
account is the system administrator's, who cannot grant; the audit administrator only reads
(GB/T 22239-2019 §8.1.5).
"""

from market.kernel.actors import ADMINISTRATORS, Actor, Role

FIRST = ADMINISTRATORS | {Role.OWNER}


def may_open_account(actor: Actor) -> str | None:
    """Whether ``actor`` may enter people and organisations."""
    return None if actor.role is Role.SYSTEM_ADMIN else "guard.forbidden"


def may_be_entered_first(role: Role, *, was_held: bool) -> str | None:
    """Whether somebody at the machine may enter a holder of ``role``: its first one ever."""
    if role not in FIRST:
        return "accounts.not_at_the_machine"
    return "accounts.not_the_first" if was_held else None


def may_change_rights(actor: Actor, person: str) -> str | None:
    """Whether ``actor`` may grant, end, suspend, reactivate, unlock and reset for ``person``."""
    if actor.role is not Role.SECURITY_ADMIN:
        return "guard.forbidden"
    return "accounts.own_rights" if actor.code == person else None


def may_end_session(actor: Actor, holder: str) -> str | None:
    """Whether ``actor`` may end a session of ``holder``: their own, or any as security admin."""
    if actor.signed_in and (actor.code == holder or actor.role is Role.SECURITY_ADMIN):
        return None
    return "not_found.session"
