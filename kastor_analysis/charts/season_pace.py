"""Sessions of every kind on one axis: `plot_pace`.

Conventions: each session stands at the 5K pace that it is beside, by Riegel's law over the sum of its reps (see
`season.likeness`), with the band of that law; kinds differ in colour and mark. The line is the pace's trend, for which
no kind is held against another: what lies between two kinds is the equivalence's, not the runner's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from ..quantities.lengths import UNIT_M, Units, check_units
from .season_style import COLOURS, claim_of, columns_that_fit, date_axis, mdates, subtitle, trend_line
from .style import FAINT, TEXT_PT, clock_axis, legend, new_axes, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..season.trends import Trend

_LOOKS = tuple(zip(COLOURS, "os^DvP", strict=True))
_OTHERS = (FAINT, "x")
_COLUMN = "equivalent_5k_pace{}_s_per_km"


def plot_pace(sessions: pd.DataFrame, trend: Trend, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw the 5K pace that each session is beside, over time."""
    check_units(units)
    figure, ax = new_axes(ax, size_in=(9.0, 4.6), title="Pace of all sessions, as beside a 5K")
    known = sessions.dropna(subset=[_COLUMN.format("")])
    if known.empty:
        return say(ax, "no session with a pace to draw")
    scale = UNIT_M[units] / 1000.0
    days = mdates.date2num(known["date"])
    middle, low, high = (known[_COLUMN.format(name)].to_numpy(float) * scale for name in ("", "_low", "_high"))
    counted = known["rep_kind"].value_counts()
    looks = {str(kind): look for kind, look in zip(counted.index, _LOOKS, strict=False)}
    handles: list[Any] = []
    for kind in [*looks, None]:
        chosen = (known["rep_kind"] == kind if kind is not None else ~known["rep_kind"].isin(looks)).to_numpy(bool)
        if not chosen.any():
            continue
        colour, mark = looks[kind] if kind is not None else _OTHERS
        name = kind if kind is not None else "other kinds"
        ax.vlines(days[chosen], low[chosen], high[chosen], color=colour, lw=2.6, alpha=0.28, zorder=2)
        edge: dict[str, Any] = {} if kind is None else {"mec": "white", "mew": 0.5}
        ax.plot(days[chosen], middle[chosen], mark, color=colour, ms=5.5, zorder=3, **edge)
        label = f"{name} ({chosen.sum()})"
        handles.append(Line2D([], [], ls="", marker=mark, color=colour, ms=5.5, label=label, **edge))
    if trend.verdict != "too few sessions":
        ends = np.array([days.min(), days.max()])
        run = np.exp(trend.slope_per_week / 7.0 * (days - ends[0]))
        line = float(np.median(middle / run)) * np.exp(trend.slope_per_week / 7.0 * (ends - ends[0]))
        handles.append(trend_line(ax, ends, line, trend, "trend, like with like"))
    reach = np.concatenate([low, high])
    room = max(0.06 * float(np.ptp(reach)), 1.0)
    ax.set_ylim(float(reach.max()) + room, float(reach.min()) - room)
    clock_axis(ax.yaxis, float(np.ptp(reach)) + 2 * room, most_ticks=8)
    ax.set_ylabel(f"5K pace (min/{units}), quicker is up", fontsize=TEXT_PT)
    date_axis(ax, days)
    subtitle(ax, claim_of(trend))
    handles.append(Line2D([], [], color=FAINT, lw=2.6, alpha=0.5, label="Riegel, exponent 1.05 to 1.08"))
    legend(ax, handles=handles, columns=columns_that_fit(ax))
    return figure
