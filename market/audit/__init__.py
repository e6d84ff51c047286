"""留痕 audit: the append-only ledger of every act that changes a right, and its proofs.

Entries are written in the transaction of what they speak of (账本条目); within seconds a checkpoint
(检查点) follows, which the trustees cosign as witnesses (见证). Everything is published under
``/log/`` as tlog-tiles, so that anyone can keep a copy and find a fork. Refusals leave security
events (安全事件), which are not public. Rules: PROTOCOL.md §3.
"""
