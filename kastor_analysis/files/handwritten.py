"""What people write by hand in TOML: plans, athletes, corrections; parsed within bounds, its values checked and said.

Conventions: such a file may come from anybody. Whatever stands in it ends as values or as an error of the package, in
time that grows with its length; a value is said shortened, whatever it is.
"""

from __future__ import annotations

import re
import reprlib
from math import isfinite
from typing import Any

from ..errors import KastorError

_MOST_DEEP = 32  # nobody nests deeper; the reader recurses
_STRINGS = re.compile(r'''"""(?:\\.|[^\\])*?"""|\'{3}.*?\'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*''', re.DOTALL)
_LONG_KEY = re.compile(rf"(?:\.[ \t]*[\w-]+[ \t]*){{{_MOST_DEEP}}}")
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60  # a line of a terminal


def parse_toml(text: str, what: str, error: type[KastorError], *, file: str, hint: str | None = None) -> dict[str, Any]:
    """Return what a text in TOML says; tables and lists within each other are limited.

    Parameters
    ----------
    text : str
        The text.
    what : str
        What it is, for messages: ``"the recipe"``.
    error : type of KastorError
        What to raise.
    file, hint : str
        The name that errors give the text, and what to do about it.
    """
    import tomllib

    try:
        # Keys of many parts cost tomllib the square of their number.
        data = None if _LONG_KEY.search(_STRINGS.sub("s", text)) else tomllib.loads(text)
    except RecursionError:
        data = None
    except ValueError as why:  # tomllib's own error is one, and so is that of a number with thousands of digits
        raise error(f"{what} is not valid TOML: {why}", file=file, hint=hint) from why
    if data is None or _is_deep(data):
        raise error(f"{what} has tables or lists nested too deep", file=file, hint=hint)
    return data


def said(value: object) -> str:
    """Return a value as a message names it, shortened."""
    try:
        return _SHORT.repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits is not written out
        return f"a very long {type(value).__name__}"


def number(value: object) -> float | None:
    """Return a value as a finite float, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if isfinite(found) else None


def _is_deep(data: object) -> bool:
    """Whether values lie too deep within each other; without recursion, which is what deep ones would break."""
    level = [data]
    for _ in range(_MOST_DEEP):
        level = [
            item
            for value in level
            for item in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
        ]
        if not level:
            return False
    return True
