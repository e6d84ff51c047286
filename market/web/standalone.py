"""A page as one file that opens from a disk: its sheets and scripts stand inside.

Its own policy lets run and shine what it carries, by hash, and lets it reach nobody.
"""

import base64
import hashlib
import re
from functools import cache
from typing import Final

from market.web.pages import STATIC, environment

_SHEET: Final = re.compile(
    r'<link rel="stylesheet" href="/static/([a-z/.-]+)\?v=[0-9a-f]+"( media="[^"]+")?>'
)
_SCRIPT: Final = re.compile(
    r'<script type="module" src="/static/([a-z/.-]+)\?v=[0-9a-f]+"></script>'
)
_PICTURE: Final = re.compile(r'url\("[^"]*"\)')
_CHARSET: Final = '<meta charset="utf-8">'


@cache
def standalone(locale: str, template: str) -> bytes:
    """The template in a language, with all that it links to; the same until the next start."""
    html = environment(locale).get_template(template).render()
    sheets = [_read(name) for name, _ in _SHEET.findall(html)]
    scripts = [_read(name) for name in _SCRIPT.findall(html)]
    html = _SHEET.sub(lambda at: f"<style{at[2] or ''}>{_read(at[1])}</style>", html)
    html = _SCRIPT.sub(lambda at: f'<script type="module">{_read(at[1])}</script>', html)
    policy = (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {_hashes(sheets)}; script-src {_hashes(scripts)}"
    )
    meta = f'{_CHARSET}\n<meta http-equiv="content-security-policy" content="{policy}">'
    return html.replace(_CHARSET, meta, 1).encode()


def _read(name: str) -> str:
    """Without pictures: nothing is beside the file."""
    return _PICTURE.sub("none", (STATIC / name).read_text("utf-8"))


def _hashes(texts: list[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
