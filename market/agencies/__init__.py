"""入驻与亮晒比 agencies: who has entered (入驻), with what they may offer which service.

Each agency shows (亮晒比) per item its certificate and how long it holds, its registered people,
its promise, reference fee and past work; besides them standing (正常 · 关注 · 暂停 · 清退), stars
and the red list (红名单). Whether it may take part in a round is decided by ``rules.py`` alone, at
an instant. ``identity.py`` names agencies to rounds that have opened a pseudonym. This floor lies
above the catalogue: an offer names an item, an item knows no agency.
"""
