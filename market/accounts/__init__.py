"""账户 accounts: who may act for whom, and how they prove that it is they.

Organisations (单位: 业主 owners, 中介机构 agencies, 主管部门 departments, 监督部门 regulators,
运营单位 the operator) carry a unified social credit code with both check digits. People (人员)
belong to one organisation and act in one granted role (授权) at a time, for that grant's regions.
三员分立: the system, security and audit administrators exclude one another and every business role.
Sign-in (登录) is by password with a second factor, or by a CA certificate over a challenge. Rights
end at once, because every request asks for the session, its grant and its person anew.
"""
