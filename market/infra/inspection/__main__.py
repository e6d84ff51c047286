"""The child: a file on standard input, one line of JSON on standard output, the clean bytes after.

``{"kind","size"}`` and so many bytes, or ``{"refused","facts"}`` and none.
"""

import json
import sys
from typing import Any

from market.infra.inspection import limits


def main() -> None:
    """Answer once."""
    limits.apply()
    from market.infra.inspection import kinds  # noqa: PLC0415 - nothing before the limits
    from market.infra.inspection.unfit import UnfitError  # noqa: PLC0415 - as above

    try:
        kind, data = kinds.clean(sys.stdin.buffer.read())
    except UnfitError as unfit:
        _say({"refused": unfit.key, "facts": unfit.facts})
    except MemoryError:
        _say({"refused": "inspection.too_much", "facts": {}})
    except Exception:  # noqa: BLE001 - parsers raise what they like, and it always means this
        _say({"refused": "inspection.unreadable", "facts": {}})
    else:
        _say({"kind": kind, "size": len(data)}, data)


def _say(answer: dict[str, Any], data: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + data)
    sys.stdout.buffer.flush()


main()
