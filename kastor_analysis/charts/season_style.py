"""What the season's charts have in common: dates, a line under the title, and how many legend entries fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.dates

from .style import FAINT, INK, SMALL_PT, TITLE_PT, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

mdates: Any = matplotlib.dates
"""Its functions are untyped."""


def subtitle(ax: Axes, text: str) -> None:
    """Write a line between the title and the axes."""
    ax.set_title(ax.get_title(loc="left"), loc="left", fontsize=TITLE_PT, color=INK, fontweight="bold", pad=20.0)
    ax.annotate(
        text, (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 5.0), textcoords="offset points", ha="left",
        va="bottom", fontsize=SMALL_PT, color=FAINT,
    )  # fmt: skip


def columns_that_fit(ax: Axes) -> int:
    """Return how many legend entries fit side by side."""
    return max(2, int(figure_of(ax).get_size_inches()[0] / 2.1))


def what_is_timed(rows: pd.DataFrame, column: str = "nominal_distance_m") -> str:
    """Return what an axis of times says: over which distance."""
    distances = rows[column].dropna()
    return f"time over {distances.mode().iloc[0]:.0f} m" if len(distances) else "time of a rep"
