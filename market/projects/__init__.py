"""采购公告 projects: what an owner needs, and when it may be published.

A project owner (项目业主) describes the service, the place, the money, the way of selection
(选取方式) and who must stay out (回避机构) in six saved steps (草稿). The rules name every breach
with its source; only a need without breaches becomes ready (待发布) and gets the hash that the
ledger keeps. Publication, the choice itself and its stages belong to ``selection``, which calls
this room's steps inside its units. A project that found nobody (选取失败) can be tried again
(再次选取) or given up (不再选取). Sources: 政府采购法 and its 实施条例, 优化营商环境条例 art. 43,
the region's settings (地区设置).
"""
