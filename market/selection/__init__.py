"""选取 selection, the heart: a round (轮次) from publication to a signed notice.

随机选取 random draws 1 of the applicants or of all qualified; 竞价选取 price takes the lowest
sealed price under the control price (最高限价). Agencies apply sealed under one-time keys; nobody,
the operator included, can know who they are or what they ask until the trustees (受托人) open
everything at once; only the winner's name is opened, once, by ``reveal``. What each role sees in
each state is the table in ``blind``; what happens when is ``timeline``. Rules of bytes and proofs:
PROTOCOL.md §4–§6.
"""
