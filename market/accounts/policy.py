"""Who may touch whose rights. Pure: ``None`` means yes, else why not.

授权 is the security administrator's (安全管理员), who never changes their own rights; opening an
account is the system administrator's, who cannot grant; the audit administrator only reads
(GB/T 22239-2019 §8.1.5).
"""

from typing import Final

from market.kernel.actors import ADMINISTRATORS, Actor, Role
from market.kernel.errors import Kind, Refusal

FIRST: Final = ADMINISTRATORS | {Role.OWNER}
_OTHERS_DO: Final = Refusal("guard.forbidden", Kind.FORBIDDEN)


def why_not_open_account(actor: Actor) -> Refusal | None:
    """The system administrator enters people and organisations."""
    return None if actor.role is Role.SYSTEM_ADMIN else _OTHERS_DO


def why_not_enter_first(role: Role, *, was_held: bool) -> Refusal | None:
    """Somebody at the machine enters a holder of ``role``: its first one ever."""
    if role not in FIRST:
        return Refusal("accounts.not_at_the_machine", Kind.CONFLICT)
    return Refusal("accounts.not_the_first", Kind.CONFLICT) if was_held else None


def why_not_change_rights(actor: Actor, person: str) -> Refusal | None:
    """The security administrator, alone where it does not take two (second_person.py)."""
    if actor.role is not Role.SECURITY_ADMIN:
        return _OTHERS_DO
    return why_not_change_anothers(actor, person)


def why_not_bind(actor: Actor) -> Refusal | None:
    """What opens an account is bound to it by its person, not by whoever holds the seal."""
    return Refusal("accounts.not_by_seal", Kind.FORBIDDEN) if actor.by_seal else None


def why_not_change_anothers(actor: Actor, person: str) -> Refusal | None:
    """Nobody uses the administrators' desk for their own account."""
    return Refusal("accounts.own_rights", Kind.FORBIDDEN) if actor.code == person else None


def why_not_end_session(actor: Actor, holder: str) -> Refusal | None:
    """Everybody ends sessions of their own, the security administrator any; others see none."""
    if actor.signed_in and (actor.code == holder or actor.role is Role.SECURITY_ADMIN):
        return None
    return Refusal("not_found.session", Kind.NOT_FOUND)
