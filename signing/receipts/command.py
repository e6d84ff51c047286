"""`mingxuan receipt FILE`: what a saved receipt says, and with a dossier what became of it.

Offline, like `verify`. Exit codes: 0 the receipt holds, whatever it came to; 1 it does not hold, or
the platform concealed it; 2 no verdict: the file is no receipt, or the dossier not of its round.
"""

import getpass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from signing import terminal
from signing.core.errors import Refused
from signing.log.anchors import Anchors, read_anchors
from signing.receipts import saved
from signing.receipts.saved import Saved
from signing.rounds.admission import check_receipt

NO_VERDICT = 2
_ELSEWHERE = {"receipt_round", "archive", "manifest"}  # a dossier of others, or none


def receipt(
    file: Annotated[Path, typer.Argument(help="The saved voucher (.voucher.json) or receipt.")],
    dossier: Annotated[
        Path | None, typer.Option(help="The project's dossier: tells code, result and proof.")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option(help="trust.json: the city's keys, got by another way.")
    ] = None,
    password: Annotated[
        str | None, typer.Option(envvar="MINGXUAN_P12_PASSWORD", help="Of a closed voucher.")
    ] = None,
) -> None:
    """Show a saved receipt, and find it in a dossier, without asking anybody."""
    try:
        kept = saved.read(saved.bytes_of(file), lambda: _password(password))
        pinned = trust.read_bytes() if trust else None
        keys = read_anchors(pinned) if pinned else None
    except (Refused, OSError) as error:
        _end(error, NO_VERDICT)
    _tell(kept)
    try:
        if dossier is None:
            _signed(kept, keys)
            terminal.say(
                "… 代号和结果要看卷宗：截止后从项目页下载，用 --dossier 指定 "
                "code and result take the dossier: it is on the project's page after the deadline"
            )
        else:
            _look_up(kept, dossier, pinned)
    except Refused as refusal:
        _end(refusal, NO_VERDICT if refusal.code in _ELSEWHERE else terminal.FAILED)
    except OSError as error:
        _end(error, NO_VERDICT)


def _end(error: Exception, code: int) -> NoReturn:
    terminal.say(f"✗ {error}", err=True)
    raise typer.Exit(code) from None


def _password(given: str | None) -> str:
    if given is not None:
        return given
    return getpass.getpass("证书密码 password of the certificate: ")


def _tell(kept: Saved) -> None:
    terminal.say(f"回执 receipt: {kept.about}")
    for one in kept.receipts:
        zh, en = ("撤回", "withdrawal") if len(one["envelopes"]) == 1 else ("报名", "application")
        index, at = one["index"], one.get("at", "")
        terminal.say(f"  {zh} {en}: {at}, 账本第 {index} 条 ledger entry {index}")
        for envelope in one["envelopes"]:
            terminal.say(f"    {envelope}")


def _signed(kept: Saved, keys: Anchors | None) -> None:
    if keys is None:
        terminal.say(
            "· 没有公钥，签名没有核对：用 --trust 指定 trust.json / no keys, so the platform's "
            "signature is unchecked: give --trust trust.json"
        )
        return
    for one in kept.receipts:
        check_receipt(keys.platform, one, about=kept.about)
    terminal.say("✓ 平台签了这份回执 signed by the platform")


def _look_up(kept: Saved, dossier: Path, pinned: bytes | None) -> None:
    from signing.receipts import words  # noqa: PLC0415 - the other commands start a second faster without the verifier's PDF library
    from signing.receipts.outcome import attempt_of, outcome_of  # noqa: PLC0415 - as above
    from signing.verify.checks import must_hold, opened_case  # noqa: PLC0415 - as above

    with opened_case(dossier, pinned) as case:
        attempt = attempt_of(case, kept.about)
        _signed(kept, case.anchors)
        must_hold(case)
        terminal.say(
            f"✓ 卷宗成立，账本共 {case.head.size} 条 "
            f"the dossier holds, under a ledger of {case.head.size} entries"
        )
        outcome = outcome_of(attempt, kept.receipts)
        if outcome.row is not None:
            terminal.say(
                f"✓ 账本第 {outcome.row} 条在封存名单里 "
                f"ledger entry {outcome.row} has its row in the freeze"
            )
        else:
            terminal.say("· 封存之前就结束了，密封件没有打开 ended before the freeze, never opened")
        terminal.say(f"✓ {words.told(outcome)}")
        if pinned is None:
            terminal.say(
                "未锚定：密钥取自卷宗自身，请用 --trust 指定信任文件 "
                "NOT ANCHORED: the keys are the dossier's own. Give --trust trust.json."
            )
