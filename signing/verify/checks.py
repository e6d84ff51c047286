"""The twelve numbered checks of a dossier, in order (PROTOCOL.md §8)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signing.core.errors import Refused
from signing.dossier.reader import opened
from signing.log.anchors import read_anchors
from signing.verify import (
    attachments,
    blind_audits,
    cycle,
    decision,
    draws,
    envelopes,
    ledger,
    papers,
    whole,
)
from signing.verify.case import Case
from signing.verify.faults import Verdict
from signing.verify.report import Report


@dataclass(frozen=True)
class Check:
    """A numbered check: its names, and what has to hold."""

    number: int
    name: str
    name_zh: str
    parts: tuple[Callable[[Case, Verdict], None], ...]

    def of(self, case: Case) -> Verdict:
        """Give the verdict on a case; whatever breaks on the way is a fault."""
        say = Verdict(self.number, self.name, self.name_zh)
        for part in self.parts:
            with say.at(self.name):
                part(case, say)
        return say


CHECKS = (
    Check(1, "archive whole", "归档完整", (whole.archive_is_whole,)),
    Check(2, "manifest sealed", "清单签章", (whole.manifest_is_sealed,)),
    Check(3, "checkpoint, quorum, history", "账本检查点与见证", (ledger.checkpoint_holds,)),
    Check(4, "entries in the ledger, no gap", "账本记录无缺", (ledger.entries_hold,)),
    Check(5, "life cycle", "过程次序", (cycle.lives_are_in_order,)),
    Check(6, "envelopes and what was in them", "密封件与开启内容", (envelopes.envelopes_hold,)),
    Check(7, "draws and rankings computed again", "抽取与排序重算", (draws.draws_hold,)),
    Check(8, "statements signed and stamped", "声明签名", (papers.statements_hold,)),
    Check(9, "score versions", "评分版本", (papers.scores_hold,)),
    Check(10, "results from prices", "结果重算", (draws.results_follow,)),
    Check(
        11,
        "decision, identity, notice agree",
        "结果与身份一致",
        (
            decision.results_agree,
            attachments.attachments_hold,
            papers.papers_agree,
            blind_audits.audits_hold,
        ),
    ),
    Check(12, "papers", "文书签章", (papers.papers_hold,)),
)


def verify(path: Path, trust: bytes | None = None, roots: Path | None = None) -> Report:
    """Check a dossier; `trust` are the bytes of a trust file, `roots` a folder of authorities.

    Refuses what is no dossier at all, or an unreadable trust file.
    """
    with opened_case(path, trust, roots) as case:
        verdicts = tuple(check.of(case) for check in CHECKS)
        about = tuple(case.archive.manifest["about"])
    return Report(about, verdicts, trust is not None, roots is not None)


@contextmanager
def opened_case(path: Path, trust: bytes | None, roots: Path | None = None) -> Iterator[Case]:
    """Open a dossier for the checks; refuses as `verify`."""
    if trust is not None:
        read_anchors(trust)
    with opened(path) as archive:
        yield Case(archive, trust, roots)


def must_hold(case: Case) -> None:
    """Refuse (`dossier`) unless all checks hold, by the first fault."""
    for check in CHECKS:
        for fault in check.of(case).faults[:1]:
            said = "卷宗不成立 the dossier does not hold: check {number}, {place}: {sentence}"
            facts = {"number": check.number, "place": fault.place, "sentence": fault.sentence}
            raise Refused("dossier", said, **facts)
