"""Pictures of a session and of a season, as matplotlib Figures made without pyplot's state.

The functions here take a `Report` and return the `Figure`; ``ax=`` draws into axes of the caller's own. `season` holds
the charts of a season, `style` colours and axes for charts of one's own. Matplotlib is imported when the first of
them is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import style
    from .oval import plot_track
    from .recording import plot_activity, plot_found
    from .reps import plot_reps, plot_rests, plot_splits
    from .style import first_axes
    from .timeline import plot_session

__all__ = [
    "first_axes",
    "plot_activity",
    "plot_found",
    "plot_reps",
    "plot_rests",
    "plot_session",
    "plot_splits",
    "plot_track",
    "style",
]

_DOORS = {
    "first_axes": "style",
    "plot_activity": "recording",
    "plot_found": "recording",
    "plot_session": "timeline",
    "plot_reps": "reps",
    "plot_rests": "reps",
    "plot_splits": "reps",
    "plot_track": "oval",
}
_MODULES = ("season", "style")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    if name in _DOORS:
        value = getattr(import_module(f".{_DOORS[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
