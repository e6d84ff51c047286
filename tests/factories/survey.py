"""Who may come in where: every address of the market with the roles that its guard lets in (S4).

Written by hand, not computed from the guards: a guard that changes must be changed here too, and an
address that is missing here fails the build. What a role may do with one particular thing is tested
with that thing.
"""

from typing import Final

PEOPLE: Final = (
    "owner",
    "agency",
    "department",
    "regulator",
    "system_admin",
    "security_admin",
    "audit_admin",
)
ALL: Final = frozenset({"anyone", *PEOPLE})

_ANYONE: Final = """
accounts.sign_in accounts.enter accounts.second_factor accounts.second_factor.show accounts.enrol
accounts.enrol.confirm accounts.new_password accounts.new_password.set accounts.role
accounts.role.choose accounts.sign_out accounts.challenge accounts.certificate catalogue.list
catalogue.api_list catalogue.api_show agencies.list agencies.compare agencies.show agencies.item
agencies.api_list agencies.api_show projects.home projects.listing projects.atom projects.calendar
projects.csv projects.xlsx projects.api.listing projects.api.project selection.project
selection.dossier selection.checking selection.events selection.paper selection.terms
selection.apply selection.envelope selection.withdraw trustee.hello trustee.cosignature
trustee.contribution trustee.report trustee.release trustee.alarm trustee.audit documents.asking
documents.verify documents.timestamp selection.notice documents.pdf documents.statement
documents.signature documents.show audit.log audit.checkpoint audit.tile audit.keys
audit.consistency audit.entry audit.entry_json audit.history_json projects.history projects.file
oversight.overview selection.receipts oversight.open_data desk.open desk.help demo.persona
demo.clock demo.key oversight.offline_page
"""
_SIGNED_IN: Final = """
accounts.account accounts.password accounts.password.change accounts.authenticator
accounts.authenticator.enrol accounts.authenticator.remove accounts.sessions.end
accounts.session.end desk.show desk.count
accounts.switch_role accounts.certificate.own selection.open_to_me accounts.request.withdraw
accounts.kept accounts.awake
"""
_OWNER: Final = """
projects.mine projects.new projects.start projects.step projects.save projects.draft
projects.check projects.finish projects.send_back projects.discard projects.restore projects.redo
projects.redo.ask projects.withdraw projects.copy projects.attachments projects.attach
projects.detach selection.publishing selection.judge
selection.publication selection.publish
"""
_AGENCY: Final = "selection.agency_desk selection.applying selection.explain selection.admit"
_SYSTEM: Final = "accounts.person.new accounts.person.enrol oversight.system"
_SECURITY: Final = "accounts.unlock accounts.person.session.end"
_RIGHTS: Final = """
accounts.grant accounts.grant.end accounts.suspend accounts.reactivate accounts.password.reset
accounts.authenticator.reset accounts.certificate.record accounts.certificate.strike
"""
_ADMINISTRATORS: Final = """
accounts.admin accounts.people accounts.person accounts.requests accounts.request
accounts.request.confirm accounts.request.refuse
"""
_OVERSIGHT: Final = "oversight.alarm oversight.round oversight.openings oversight.audit"

_GROUPS: Final = (
    (_ANYONE, ALL),
    (_SIGNED_IN, frozenset(PEOPLE)),
    (_OWNER, frozenset({"owner"})),
    (_AGENCY, frozenset({"agency"})),
    ("agencies.own_items", frozenset({"department"})),
    (_ADMINISTRATORS, frozenset({"system_admin", "security_admin", "audit_admin"})),
    (_RIGHTS, frozenset({"system_admin", "security_admin"})),
    ("accounts.events", frozenset({"security_admin", "audit_admin"})),
    (_SYSTEM, frozenset({"system_admin"})),
    (_SECURITY, frozenset({"security_admin"})),
    (_OVERSIGHT, frozenset({"regulator", "audit_admin"})),
    ("oversight.order_opening oversight.redo projects.redo.agree", frozenset({"regulator"})),
    ("oversight.request_opening oversight.request_audit", frozenset({"regulator"})),
    ("oversight.orders oversight.hand_in_audit oversight.audit_bundle", frozenset({"regulator"})),
)
ALLOWED: Final = {name: roles for names, roles in _GROUPS for name in names.split()}
