"""Pictures of a session and of a season, as matplotlib Figures made without pyplot's state.

Every function takes a value (a `Report`, a `Season`) and returns the `Figure`; `ax=` draws into axes of the caller's
own. Matplotlib is imported when the first of them is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .timeline import plot_session

__all__ = ["plot_session"]

_DOORS = {"plot_session": "timeline"}


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        value = getattr(import_module(f".{_DOORS[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
