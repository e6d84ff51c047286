"""监管 oversight: the highest room, which looks down on all others and moves nothing by itself.

For everyone: true statistics of the selections (选取), by month, way and county, and open data.
For regulators (监管人员) and audit administrators (审计管理员): what runs and what it waits for,
how the trustees (受托人) are, what they refused (预警), a dossier index of each round. For
regulators alone: handing in an opening order (开启令), signed elsewhere. For system
administrators: whether all runs. Nothing here tells who applied, or before the freeze how many:
reads go through ``selection.blind``.
"""
