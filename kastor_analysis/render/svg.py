"""Pieces of SVG as text, for the page: scales, paths, labels.

Conventions: coordinates are numbers in the picture's own units, written with one decimal; colours stand nowhere here,
only classes, so that the page's light, dark and print styles decide. Text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from math import isfinite

import numpy as np

from ..activity import FloatArray


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places in the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def clipped(self, value: float) -> float:
        """Return where a value stands, at the edge where it is beyond."""
        return self(min(max(value, min(self.low, self.high)), max(self.low, self.high)))

    def of(self, values: FloatArray) -> FloatArray:
        """Return where values stand, those beyond at the edge; NaN stays NaN."""
        clipped = np.clip(values, min(self.low, self.high), max(self.low, self.high))
        return self.start + (clipped - self.low) / (self.high - self.low) * (self.end - self.start)


def tag(name: str, content: str | None = None, **attributes: object) -> str:
    """Return one element; ``class_`` stands for class, underscores for hyphens, None leaves an attribute out.

    `content` is SVG already, not text.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def text(x: float, y: float, words: str, class_: str | None = None, anchor: str | None = None) -> str:
    """Return words at a place; `anchor` is start (default), middle or end."""
    return tag("text", escape(words), x=x, y=y, class_=class_, text_anchor=anchor)


def path(x: FloatArray, y: FloatArray) -> str:
    """Return the ``d`` of a line through points; NaN breaks it."""
    written: list[str] = []
    pen_down = False
    for xi, yi in zip(x.tolist(), y.tolist(), strict=True):
        known = isfinite(xi) and isfinite(yi)
        if known:
            written.append(f"{'L' if pen_down else 'M'}{xi:.1f} {yi:.1f}")
        pen_down = known
    return "".join(written)


def thinned(x: FloatArray, y: FloatArray, *, width: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return a line's points less those that cannot be seen: of each column `width` wide the lowest and the highest.

    `x` ascends; a break (NaN in `y`) stays a break.
    """
    if x.size <= 2:
        return x, y
    column = np.floor(x / width).astype(np.int64)
    edges = np.flatnonzero(np.diff(column)) + 1
    keep: list[int] = []
    for start, stop in zip([0, *edges.tolist()], [*edges.tolist(), x.size], strict=True):
        part = y[start:stop]
        known = np.flatnonzero(np.isfinite(part))
        chosen = {int(known[part[known].argmin()]), int(known[part[known].argmax()])} if known.size else set()
        gaps = np.flatnonzero(~np.isfinite(part))
        keep += sorted(start + i for i in {*chosen, *gaps[:1].tolist()})
    return x[keep], y[keep]


def picture(width: float, height: float, parts: Iterable[str], *, label: str, described_by: str | None = None) -> str:
    """Return an image that a screen reader reads as its label and its caption."""
    return tag(
        "svg",
        "".join(parts),
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=label,
        aria_describedby=described_by,
    )


def _plain(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
