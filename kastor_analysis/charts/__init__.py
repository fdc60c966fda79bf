"""Pictures of a session and of a season, as matplotlib Figures made without pyplot's state.

Every function takes a value (a `Report`, a `Season`) and returns the `Figure`; `ax=` draws into axes of the caller's
own. Matplotlib is imported when the first of them is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .oval import plot_track
    from .reps import plot_reps, plot_rests, plot_splits
    from .timeline import plot_session

__all__ = ["plot_reps", "plot_rests", "plot_session", "plot_splits", "plot_track"]

_DOORS = {
    "plot_session": "timeline",
    "plot_reps": "reps",
    "plot_rests": "reps",
    "plot_splits": "reps",
    "plot_track": "oval",
}


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        value = getattr(import_module(f".{_DOORS[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
