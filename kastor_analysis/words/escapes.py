"""Text from elsewhere made fit to be shown: names of files, devices and runners are whatever people make them.

Conventions: white space becomes a blank. What would steer a terminal, turn the direction of the text around or be no
text at all (a byte of a file's name that is not UTF-8) becomes the escape a programmer would write for it.
"""

from __future__ import annotations

import re

_BLANKS = r"[\t\n\v\f\r\x85\u2028\u2029]"
_STRANGE = "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"


def shown(text: str) -> str:
    r"""Return `text` on one line, with what cannot be shown as an escape: ``\x1b``, ``\u202e``.

    A byte that was no UTF-8 (Python keeps it as a lone surrogate) is shown as that byte: ``l\xe4ufe.fit``.
    """
    return text if text.isprintable() else re.sub(_STRANGE, _escape, re.sub(_BLANKS, " ", text))


def shown_lines(text: str) -> str:
    """Return `text` with its line breaks, and with what cannot be shown as an escape."""
    return "\n".join(map(shown, text.split("\n"))) if re.search(_STRANGE, text) else text


def shown_json(text: str) -> str:
    """Return JSON with what cannot be shown as an escape of JSON's own, so that it says the same."""
    return re.sub(_STRANGE, lambda match: match[0] if match[0] in "\t\n\r" else f"\\u{ord(match[0]):04x}", text)


def shown_html(text: str) -> str:
    """Return `text` as HTML shows it: `shown`, with markup escaped."""
    from html import escape

    return escape(shown(text))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
