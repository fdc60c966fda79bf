"""The look of every chart: colours, axes and how times and paces stand on them.

Conventions: colours are Okabe and Ito's, told apart by every common kind of colour blindness, and nothing is said by
colour alone (a hammer is also hatched or another marker, so that a grey print reads). No pyplot and no rcParams: the
caller's own style stays as it is, and charts can be made in threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator
from matplotlib.transforms import ScaledTranslation

from .._version import __version__
from ..errors import KastorError
from ..files.saving import MADE_BY
from ..quantities.lengths import UNIT_M, Units
from ..shown.colours import BAND as BAND
from ..shown.colours import HAMMER as HAMMER
from ..shown.colours import HEART as HEART
from ..shown.colours import REP as REP
from ..shown.numbers import clock
from ..shown.scales import clock_step_s, pace_ticks
from ..words.escapes import shown_lines

INK = "#1f2328"
FAINT = "#6b7280"
GRID = "#e3e5e8"
TRACE = "#8a919c"
PHASE_FILLS = {"warmup": "#eef2f6", "drills": "#f4f1e6", "stride": "#f4f1e6", "cooldown": "#eef2f6", "other": "#f6f6f7"}

TEXT_PT = 9.0
SMALL_PT = 8.0
TITLE_PT = 11.0
NUMBER_IN = 0.2
"""Room that the number of a rep takes."""
_LEGEND_DOWN_IN = 0.48  # below the ticks and the name of the axis
_SHOWN_DPI = 80  # 11 inches fill a notebook's width; twice as fine, for screens that show it
_COMPRESS_LEVEL = 3
"""Of zlib's nine: a twentieth larger than by the usual six, in half the time."""

LEGEND: dict[str, Any] = {
    "frameon": False,
    "fontsize": SMALL_PT,
    "labelcolor": INK,
    "handlelength": 1.6,
    "columnspacing": 1.4,
}
"""What every legend is made with."""


class ChartAxes(Axes):
    """Axes of a `Chart`: where Jupyter is given them, it shows the figure they stand in."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return _shown(figure_of(self))


class Chart(Figure):
    """A matplotlib Figure that shows itself in Jupyter, though pyplot never heard of it."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return _shown(self)


def _shown(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Return the picture at twice the size it is shown at, for screens with small pixels."""
    stored = BytesIO()
    figure.savefig(stored, format="png", dpi=2 * _SHOWN_DPI)
    width_in, height_in = figure.get_size_inches()
    return stored.getvalue(), {"width": round(width_in * _SHOWN_DPI), "height": round(height_in * _SHOWN_DPI)}


def drawn(chart: Figure | Axes, file: str | Path, *, dpi: float | None = None) -> bytes:
    """Return a chart as the content of a picture, in the format that the file's name ends in; it says who made it."""
    kind = Path(file).suffix.lower().removeprefix(".")
    stored = BytesIO()
    maker = {"Software" if kind == "png" else "Creator": f"{MADE_BY} {__version__}"}
    packing: dict[str, Any] = {"pil_kwargs": {"compress_level": _COMPRESS_LEVEL}} if kind == "png" else {}
    figure = chart if isinstance(chart, Figure) else figure_of(chart)
    for text in _texts(figure):
        text.set_text(shown_lines(text.get_text()))
    with _laid_out(figure, dpi or figure.dpi):
        figure.savefig(stored, format=kind, metadata=maker, dpi=dpi or "figure", **packing)
    return stored.getvalue()


def _texts(artist: Artist) -> Iterator[Text]:
    """Yield the texts of a figure but for those of ticks, which are made anew whenever it is drawn."""
    for child in [artist.label] if isinstance(artist, Axis) else artist.get_children():
        if isinstance(child, Text):
            yield child
        else:
            yield from _texts(child)


@contextmanager
def _laid_out(figure: Figure, dpi: float) -> Iterator[None]:
    """Lay a figure out once and for all while the block runs: matplotlib draws one twice that may move yet."""
    engine, own_dpi = figure.get_layout_engine(), figure.dpi
    if engine is None:
        yield
        return
    figure.dpi = dpi
    engine.execute(figure)
    figure.dpi = own_dpi
    with rc_context({"figure.autolayout": False, "figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)


def new_axes(
    ax: Axes | None, *, size_in: tuple[float, float] = (9.0, 4.5), title: str | None = None
) -> tuple[Figure, Axes]:
    """Return the figure and the dressed axes to draw into: the caller's own, or new ones."""
    check_axes(ax)
    if ax is None:
        ax = Chart(figsize=size_in, layout="constrained").add_subplot(axes_class=ChartAxes)
    dress(ax)
    if title:
        write_title(ax, title)
    return figure_of(ax), ax


def write_title(ax: Axes, title: str) -> None:
    """Put a title at the left above axes, smaller where it would not fit the figure."""
    figure = figure_of(ax)
    fitting_pt = 72 * figure.get_figwidth() / (0.68 * max(len(title), 1))
    size_pt = float(np.clip(fitting_pt, 6.0, TITLE_PT))
    # Told where it stands, matplotlib need not look for room above whatever ticks there are.
    ax.set_title(title, loc="left", y=1.0, fontsize=size_pt, color=INK, fontweight="bold")


def width_in(ax: Axes) -> float:
    """Return about how wide axes are, in inches."""
    return float(figure_of(ax).get_figwidth() * ax.get_position().width)


def width_columns(figure: Figure) -> int:
    """Return how many entries of a legend stand side by side in a figure."""
    return int(np.clip(figure.get_figwidth() / 1.5, 1, 5))


def check_axes(ax: object) -> None:
    """Refuse what is neither axes nor several of them.

    Raises
    ------
    KastorError
        Naming the argument.
    """
    several = list(ax) if isinstance(ax, Sequence | np.ndarray) else [ax]
    if ax is not None and not (several and all(isinstance(each, Axes) for each in several)):
        raise KastorError(f"ax must be matplotlib Axes, not {ax!r}", hint="Make them: figure, ax = plt.subplots()")


def first_axes(figure: Figure, ax: Axes | Sequence[Axes] | None) -> Axes:
    """Return the axes of the caller's own that was drawn in first, else the first of a new figure."""
    if ax is None:
        return figure.axes[0]
    return next(iter(ax)) if isinstance(ax, Sequence | np.ndarray) else ax


def figure_of(ax: Axes) -> Figure:
    """Return the figure an axes stands in, also where it stands in a subfigure of it."""
    figure: Any = ax.figure
    while figure is not figure.figure:
        figure = figure.figure
    return figure  # type: ignore[no-any-return]


def dress(ax: Axes, *, grid: Literal["x", "y", "both"] = "y") -> None:
    """Give axes the house's look: two spines, a faint grid behind everything."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(FAINT)
    ax.tick_params(labelsize=SMALL_PT, colors=INK, color=FAINT, length=3)
    ax.grid(visible=True, axis=grid, color=GRID, linewidth=0.7)
    ax.set_axisbelow(True)
    ax.xaxis.label.set(fontsize=TEXT_PT, color=INK)
    ax.yaxis.label.set(fontsize=TEXT_PT, color=INK)


def legend(ax: Axes, *, handles: Sequence[Any] | None = None, columns: int = 5) -> None:
    """Put a frameless legend below the axes, out of the data's way."""
    named: dict[str, Any] = {} if handles is None else {"handles": list(handles)}
    ax.legend(
        **named,
        **LEGEND,
        loc="upper left",
        bbox_to_anchor=(0.0, 0.0),
        bbox_transform=ax.transAxes + ScaledTranslation(0.0, -_LEGEND_DOWN_IN, figure_of(ax).dpi_scale_trans),
        ncols=min(columns, width_columns(figure_of(ax))),
        borderaxespad=0.0,
    )


def clock_axis(axis: Any, span_s: float, *, most_ticks: int = 9) -> None:
    """Put round clock times on an axis that carries seconds."""
    axis.set_major_locator(MultipleLocator(clock_step_s(span_s, most_ticks=most_ticks)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: clock(value)))


def pace_axis(ax: Axes, units: Units, *, low_mps: float, high_mps: float, most_ticks: int = 9) -> None:
    """Label a y axis that carries m/s (0 at the bottom) with paces: round ones, where they do not crowd."""
    unit_m = UNIT_M[units]
    chosen = [mps for mps, _ in pace_ticks(low_mps, high_mps, units, most_ticks=most_ticks)]
    ax.yaxis.set_major_locator(FixedLocator(chosen))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(unit_m / value) if value > 0 else ""))
    ax.set_ylabel(f"pace, min/{units}")


def say(ax: Axes, text: str) -> Figure:
    """Write into axes why nothing is drawn there, and return their figure."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=TEXT_PT, color=FAINT)
    return figure_of(ax)
