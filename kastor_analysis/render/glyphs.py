"""The signs of the terminal report, in Unicode and in plain ASCII."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple, TextIO


class Glyphs(NamedTuple):
    """What stands for what; every sign is one column wide."""

    dot: str
    """Between facts of a line."""
    none: str
    """Where there is no value."""
    full: str
    empty: str
    """A score's bar."""
    band: str
    target: str
    stem: str
    rep: str
    hammer: str
    beyond_left: str
    beyond_right: str
    """A rep's place against the target band."""
    less: str
    more: str
    """Time below and above the band."""
    bullet: str


UNICODE = Glyphs(
    dot="·", none="–", full="━", empty="─", band="░", target="│", stem="─", rep="●", hammer="◆", beyond_left="◀",
    beyond_right="▶", less="◂", more="▸", bullet="•",
)  # fmt: skip
ASCII = Glyphs(
    dot="-", none="-", full="=", empty=".", band=":", target="|", stem="-", rep="o", hammer="H", beyond_left="<",
    beyond_right=">", less="<", more=">", bullet="*",
)  # fmt: skip

_PLAIN = str.maketrans({
    "–": "-", "—": "-", "−": "-", "×": "x", "±": "+/-", "→": "->", "≤": "<=", "≥": ">=", "’": "'", "‘": "'",
    "“": '"', "”": '"', "·": "-", "…": "~", "é": "e", "è": "e", "ê": "e", "ë": "e", "á": "a", "à": "a", "ä": "ae",
    "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ñ": "n", "ç": "c", "ø": "o", "å": "a",
})  # fmt: skip


def plain(text: str) -> str:
    """Return text in ASCII alone."""
    return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")


def can_show_unicode(file: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the signs of `UNICODE` can be written to `file`.

    Python writes UTF-8 even where the locale is C or POSIX; who asks for such a locale by name gets ASCII.
    """
    asked = environment.get("LC_ALL") or environment.get("LANG") or ""
    if asked in ("C", "POSIX"):
        return False
    try:
        "".join(UNICODE).encode(getattr(file, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
