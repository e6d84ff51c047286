"""服务事项 catalogue: what intermediary services there are and what the law asks of them.

Each item (中介服务事项) belongs to a department (主管部门), names its legal basis (设定依据: law
and article), who may offer it today (资质要求: licences that were abolished are not demanded), its
time limit, fee basis and result document. An item that was cleared (清理规范) stays visible,
closed, with the decision that cleared it. 优化营商环境条例 art. 43: such a list is public and
without it no agency may be demanded.
"""
