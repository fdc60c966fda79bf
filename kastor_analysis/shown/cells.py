"""What tables of pages and terminals are made of: cells that carry their value, and columns with a heading.

Conventions: a cell's text is what is read, its value what is sorted by; a missing one is None and sorts last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows, and the value behind it (None: missing, sorted last)."""

    text: str
    value: Any = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, what that means, its cells, and by what key a script finds it."""

    head: str
    about: str
    cells: Sequence[Cell]
    is_text: bool = False
    key: str = ""


def number_column(head: str, about: str, values: Sequence[float], say: Callable[[float], str]) -> Column:
    """Return a column of numbers as `say` writes them; missing is NaN."""
    return Column(head, about, [Cell(say(value), round(value, 6) if isfinite(value) else None) for value in values])


def word_column(head: str, about: str, said: Sequence[Any]) -> Column:
    """Return a column of words; what is no text is missing."""
    words = [text if isinstance(text, str) else "" for text in said]
    return Column(head, about, [Cell(text, text or None) for text in words], is_text=True)


def filled(columns: Sequence[Column]) -> list[Column]:
    """Return the columns in which any cell says something."""
    return [column for column in columns if any(cell.text for cell in column.cells)]


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: Collection[str]) -> list[str]:
    """Return a table as lines without trailing blanks, heading first; the columns named in `left` are flush left."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    sides = ("<" if name in left else ">" for name in head)
    line = "  ".join(f"{{:{side}{width}}}" if width else "{}" for side, width in zip(sides, widths, strict=True))
    return [line.format(*cells).rstrip() for cells in (head, *rows)]


def shortened(text: str, most: int) -> str:
    """Return text of at most that many characters, cut off with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
