"""One session by several runners in one picture: `plot_overlay`.

Conventions: a line a runner, each against their own target, which is the middle line; quicker is up. Names stand at the
lines' ends, moved apart where they would lie on each other and led to by a thin line; hammers stand alone, as
everywhere. Of more than `_MOST_COLOURED` runners those who held stay grey and hammers are left out, so that the others
are seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..score_rules import Rules
from ..shown.cells import shortened
from .season_style import COLOURS, columns_that_fit, subtitle
from .style import BAND, FAINT, INK, SMALL_PT, TEXT_PT, figure_of, legend, new_axes, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))
_BAND = tuple(share - 1.0 for share in Rules().band)
"""On target, as the score has it."""
_SHOWN = 0.12  # of the target: a rep further off would flatten all others, and is drawn at the edge
_NAME_MAX = 14  # letters that fit beside the picture
_MOST_COLOURED = 6  # so many colours there are


def plot_overlay(
    reps: pd.DataFrame,
    held: Mapping[str, str],
    *,
    title: str,
    called: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw each runner's reps as shares off their own target.

    Parameters
    ----------
    reps : DataFrame
        Rows of `season.overlay.aligned`, one session a runner.
    held : mapping of str to str
        Of each runner, in the order of the lines, what is told: ``faded``, ``held`` ...
    title : str
        What was run, and when.
    called : mapping of str to str, optional
        How runners are called.
    """
    figure, ax = new_axes(ax, size_in=(9.0, 5.0), title=title)
    known = reps.dropna(subset=["off_share", "rep"])
    if known.empty:
        return say(ax, "no reps to lay over each other")
    ax.axhspan(*_BAND, color=BAND, alpha=0.10, lw=0, zorder=0)
    ax.axhline(0.0, color=FAINT, lw=1.0, zorder=1)
    ends: list[tuple[float, float, str, str]] = []
    last_rep = int(known["rep"].max())
    is_crowd = known["athlete"].nunique() > _MOST_COLOURED
    if is_crowd:
        known = known[~known["is_hammer"]]
    place = -1
    for name, word in held.items():
        own = known[known["athlete"] == name].sort_values("rep")
        if own.empty:
            continue
        is_grey = is_crowd and word in ("held", "not known")
        place += not is_grey
        colour, dash = COLOURS[place % len(COLOURS)], _DASHES[(place // len(COLOURS)) % len(_DASHES)]
        regular, hammers = own[~own["is_hammer"]], own[own["is_hammer"]]
        share = regular["off_share"].clip(-_SHOWN, _SHOWN)
        look: dict[str, Any] = {
            "color": colour,
            "ls": dash,
            "lw": 2.4 if word == "faded" else 1.3,
            "ms": 3.4,
            "zorder": 3,
        }
        if is_grey:
            colour = FAINT
            look = {"color": FAINT, "lw": 0.8, "ms": 1.8, "alpha": 0.45, "zorder": 2}
        ax.plot(regular["rep"], share, marker="o", **look)
        share_of_hammers = hammers["off_share"].clip(-_SHOWN, _SHOWN)
        ax.plot(hammers["rep"], share_of_hammers, "D", color=colour, mec=INK, mew=0.5, ms=5, zorder=4)
        last = (float(regular["rep"].iloc[-1]), float(share.iloc[-1])) if len(share) else (float(last_rep), 0.0)
        ends.append((*last[::-1], name, colour))
    shown = known["off_share"].clip(-_SHOWN, _SHOWN)
    low, high = min(float(shown.min()), _BAND[0]), max(float(shown.max()), _BAND[1])
    room = 0.06 * (high - low)
    ax.set_ylim(high + room, low - room)
    ax.set_xlim(0.5, last_rep + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=16))
    ax.yaxis.set_major_formatter(
        FuncFormatter(lambda share, _: f"{100 * share:+.0f} %" if abs(share) > 1e-9 else "goal")
    )
    ax.set_xlabel("rep  (hammers left out)" if is_crowd and reps["is_hammer"].any() else "rep")
    ax.set_ylabel("off the runner's own target, quicker is up", fontsize=TEXT_PT)
    _names(ax, ends, held, called or {})
    subtitle(ax, _in_words(held, called or {}))
    handles: list[Any] = [Patch(color=BAND, alpha=0.15, lw=0, label=_on_target())]
    if any(word == "faded" for word in held.values()):
        handles.append(Line2D([], [], color=FAINT, lw=2.4, label="faded (thick)"))
    if known["is_hammer"].any():
        handles.append(Line2D([], [], ls="", marker="D", mfc="white", mec=INK, ms=5, label="hammer"))
    legend(ax, handles=handles, columns=columns_that_fit(ax))
    return figure


def _on_target() -> str:
    quickest, slowest = _BAND
    return f"on target ({-quickest:.0%} quicker to {slowest:.0%} slower)".replace("%", " %")


def _names(
    ax: Axes, ends: list[tuple[float, float, str, str]], held: Mapping[str, str], called: Mapping[str, str]
) -> None:
    """Write the names at the right, in the order of the lines' ends, apart by a line of text at least."""
    slow, quick = ax.get_ylim()
    height_in = ax.get_position().height * figure_of(ax).get_size_inches()[1]
    ends = sorted(ends)
    places = _apart([end for end, *_ in ends], abs(slow - quick) / height_in * 0.165, *sorted((slow, quick)))
    edge = ax.get_xlim()[1]
    for place, (end, rep, name, colour) in zip(places, ends, strict=True):
        ax.plot([rep, edge], [end, place], color=colour, lw=0.6, alpha=0.6, ls=(0, (1, 1.5)), zorder=1)
        ax.text(
            1.012, place, shortened(called.get(name, name), _NAME_MAX), transform=ax.get_yaxis_transform(), ha="left",
            va="center", fontsize=SMALL_PT, color=colour,
            fontweight="bold" if held[name] == "faded" else "normal",
        )  # fmt: skip


def _apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places from `low` to `high` that are `gap` apart at least and, squared, as near as can be to those wanted.

    Least squares in a given order, by pooling those that are out of it (Ayer et al. 1955, Ann. Math. Stat. 26:641-647).
    """
    pools: list[list[float]] = []
    for place, end in enumerate(wanted):
        pools.append([end - place * gap])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            pools[-2:] = [[*pools[-2], *pools[-1]]]
    level = [fmean(pool) for pool in pools for _ in pool]
    most = max(high - (len(wanted) - 1) * gap, low)
    return [min(max(middle, low), most) + place * gap for place, middle in enumerate(level)]


def _in_words(held: Mapping[str, str], called: Mapping[str, str]) -> str:
    parts = []
    for word in ("faded", "quickened", "held"):
        names = [called.get(name, name) for name, said in held.items() if said == word]
        if names and word != "held":
            parts.append(f"{word}: {', '.join(names)}")
        elif names:
            parts.append(f"{len(names)} held")
    return "; ".join(parts)
