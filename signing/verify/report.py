"""What a verification came to: twelve verdicts, one exit code, as text or as data.

Exit codes (PROTOCOL.md §8): 0 all holds and is anchored, 1 something fails, 3 all holds but the
keys were the dossier's own. 2, no dossier at all, is said before there is a report.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from signing.core.canonical import JsonObject
from signing.verify.faults import Verdict

HOLDS, FAILS, NO_DOSSIER, NOT_ANCHORED = 0, 1, 2, 3


@dataclass(frozen=True)
class Report:
    """The verdicts in order; whether the keys and the certificate authorities came from outside."""

    about: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    keys_anchored: bool
    roots_anchored: bool

    @property
    def exit_code(self) -> int:
        """0, 1 or 3."""
        if not all(verdict.holds for verdict in self.verdicts):
            return FAILS
        return HOLDS if self.keys_anchored else NOT_ANCHORED

    @property
    def failed(self) -> list[int]:
        """The numbers of the checks that do not hold."""
        return [verdict.number for verdict in self.verdicts if not verdict.holds]

    def lines(self) -> Iterator[str]:
        """Give the report as text."""
        yield f"卷宗 dossier: {', '.join(self.about)}"
        for verdict in self.verdicts:
            mark = "✓" if verdict.holds else "✗"
            yield f"{mark} {verdict.number:2} {verdict.name_zh} {verdict.name}"
            yield from (f"       {remark}" for remark in verdict.remarks)
            yield from (
                f"     ✗ {fault.place}: {fault.sentence} ({fault.code})" for fault in verdict.faults
            )
        yield from self._anchoring()

    def _anchoring(self) -> Iterator[str]:
        if self.keys_anchored:
            yield "密钥取自信任文件 The keys are those of your trust file."
        else:
            yield (
                "未锚定：密钥取自卷宗自身，只说明前后一致；请用 --trust 指定信任文件 "
                "NOT ANCHORED: the keys are the dossier's own, so it only agrees with itself. "
                "Give --trust trust.json."
            )
        if not self.roots_anchored:
            yield (
                "认证机构名单取自卷宗；可用 --roots 指定 The certificate authorities are those the "
                "dossier names; give --roots to use your own."
            )

    def as_json(self) -> JsonObject:
        """Give the report as a JSON value."""
        return {
            "v": 1,
            "about": list(self.about),
            "exit_code": self.exit_code,
            "keys_anchored": self.keys_anchored,
            "roots_anchored": self.roots_anchored,
            "checks": [
                {
                    "number": verdict.number,
                    "name": verdict.name,
                    "name_zh": verdict.name_zh,
                    "holds": verdict.holds,
                    "faults": [
                        {"place": one.place, "code": one.code, "sentence": one.sentence}
                        for one in verdict.faults
                    ],
                    "remarks": list(verdict.remarks),
                }
                for verdict in self.verdicts
            ],
        }
