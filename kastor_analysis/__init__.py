"""Was the speed session run as meant? Reads, segments and scores recordings of coach Andrew Kastor's 16 x 400 m."""

from __future__ import annotations

from ._version import __version__ as __version__


def _homes() -> dict[str, str]:
    """Return in which module each public name lives, as the stub beside this file says."""
    with open(f"{__path__[0]}/__init__.pyi", encoding="utf-8") as stub:
        lines = [line.split() for line in stub if line.startswith("from ")]
    return {name: module for _, module, _, name, *_ in lines}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: a report in a terminal needs neither the season nor its pandas."""
    if name == "__all__":
        return list(_homes())
    if name.startswith("__") or name not in (homes := _homes()):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(homes[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted(_homes())
