"""The cells of a page's tables as HTML: a season's page has thousands, and a template would take longer for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..shown.cells import Cell, Column

if TYPE_CHECKING:
    from markupsafe import Markup


def row_of(columns: Sequence[Column], place: int) -> list[Cell]:
    """Return the cells of one row."""
    return [column.cells[place] for column in columns]


def tds(cells: Sequence[Cell], looks: Sequence[str] | None = None) -> Markup:
    """Return cells with the values they are sorted by; `looks` are their classes, by default each has its kind's.

    Texts are escaped unless they are markup.
    """
    from markupsafe import Markup, escape

    if looks is None:
        looks = [f' class="{cell.kind}"' if cell.kind else "" for cell in cells]
    values = ["" if cell.value is None else f' data-value="{escape(cell.value)}"' for cell in cells]
    written = zip(looks, values, cells, strict=True)
    return Markup("".join(f"<td{look}{value}>{escape(cell.text)}</td>" for look, value, cell in written))
