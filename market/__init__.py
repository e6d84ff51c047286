"""明选 Mingxuan: blind while choosing, provable afterwards.

The rooms, highest floor first: oversight 监管, selection 选取, projects 采购公告,
agencies 入驻与亮晒比, catalogue 服务事项, documents 文书, accounts 账户, audit 留痕; below them
web, infra, kernel, and the stand-alone library ``signing``. Floors call down, never up (README,
"The house").
"""
