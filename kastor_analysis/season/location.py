"""Where a season lies when nobody says: the user's data directory, by each platform's custom."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..errors import SeasonError


def default_path() -> Path:
    r"""Return the default database, ``season.db`` in the user's data directory.

    ``$KASTOR_SEASON`` names it outright; otherwise ``$XDG_DATA_HOME/kastor_analysis`` (default ``~/.local/share``),
    ``~/Library/Application Support/kastor_analysis`` on macOS, ``%LOCALAPPDATA%\kastor_analysis`` on Windows.

    Raises
    ------
    SeasonError
        If there is no home directory that it could lie in.
    """
    try:
        return _default_path()
    except RuntimeError as error:
        hint = "Name the season: --db FILE"
        raise SeasonError("nobody's home directory is known to keep a season in", hint=hint) from error


def _default_path() -> Path:
    if named := os.environ.get("KASTOR_SEASON"):
        return Path(named).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin" and not os.environ.get("XDG_DATA_HOME"):
        base = Path.home() / "Library" / "Application Support"
    else:
        # The XDG specification has relative paths ignored.
        named = os.environ.get("XDG_DATA_HOME", "")
        base = Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "share"
    return base / "kastor_analysis" / "season.db"
