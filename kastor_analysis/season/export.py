"""The season's tables as CSV or Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import SeasonError

if TYPE_CHECKING:
    import pandas as pd


def export_tables(tables: Mapping[str, pd.DataFrame], folder: Path, format: Literal["csv", "parquet"]) -> list[Path]:
    """Write each table to ``folder/NAME.format``; return the paths.

    Raises
    ------
    SeasonError
        If the folder cannot be written, the format is none of these, or Parquet is asked for without pyarrow.
    """
    if format not in ("csv", "parquet"):
        raise SeasonError(f"there is no export format {format!r}", hint="Choose csv or parquet")
    if format == "parquet":
        _need_pyarrow()
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            path = folder / f"{name}.{format}"
            if format == "csv":
                table.to_csv(path, index=False, float_format="%.10g")
            else:
                table.to_parquet(path, index=False)
            written.append(path)
    except OSError as error:
        raise SeasonError(f"cannot be written ({error.strerror or error})", file=str(folder)) from error
    return written


def _need_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        reason = " ".join(str(error).split())
        raise SeasonError(f"Parquet needs pyarrow ({reason})", hint="pip install 'kastor-analysis[parquet]'") from error
