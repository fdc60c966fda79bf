"""The season's tables as CSV or Parquet files, one a table, or many seasons' worth of them partitioned.

Partitioned, a table is a folder, ``sessions/athlete=Anna/year=2026/part.parquet``, as Hive lays tables out and DuckDB,
Polars, Spark and pyarrow read them: athlete and year stand in the path alone, the athlete percent-encoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from ..errors import SeasonError
from ..files.saving import MADE_BY, Kind, Saver, table_of
from ..render.data import cell_text

if TYPE_CHECKING:
    import pandas as pd


PARQUET = Kind("a table", (".parquet",), lambda content: content[:4] == b"PAR1" and MADE_BY.encode() in content)

_PART: Final = "part.parquet"
_DAY: Final = {"weeks": "week"}
"""The column that says the year, where it is not ``date``."""


def export_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path, format: Literal["csv", "parquet"], saver: Saver
) -> list[Path]:
    """Write each table to ``folder/NAME.format``; return the paths.

    Raises
    ------
    SeasonError
        If the format is none of these, or Parquet is asked for without pyarrow.
    WriteError
        If a file cannot be written, or must not be replaced; then none is.
    """
    if format not in ("csv", "parquet"):
        raise SeasonError(f"there is no export format {format!r}", hint="Choose csv or parquet")
    if format == "parquet":
        _need_pyarrow()
        return saver.save_all(folder, {f"{name}.parquet": (_parquet(rows), PARQUET) for name, rows in tables.items()})
    kinds = {name: table_of(rows.columns) for name, rows in tables.items()}
    return saver.save_all(folder, {f"{name}.csv": (csv_text(rows), kinds[name]) for name, rows in tables.items()})


def export_partitioned(tables: Mapping[str, pd.DataFrame], folder: Path, saver: Saver) -> list[Path]:
    """Write each table as ``folder/NAME/athlete=.../year=.../part.parquet``; return the paths.

    Parts of an earlier export that this one has no rows for are taken away.

    Raises
    ------
    SeasonError
        Without pyarrow.
    WriteError
        If a file cannot be written, or must not be replaced; then none is.
    """
    _need_pyarrow()
    parts = {path: (_parquet(rows), PARQUET) for name, table in tables.items() for path, rows in _parts(name, table)}
    written = saver.save_all(folder, parts)
    for name in tables:
        for stale in set(folder.glob(f"{name}/athlete=*/year=*/{_PART}")) - set(written):
            if PARQUET.is_own(stale.read_bytes()):
                stale.unlink()
    return written


def _parts(name: str, table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    years = table[_DAY.get(name, "date")].dt.year
    for (athlete, year), rows in table.groupby([table["athlete"].astype(str), years], sort=True):
        yield f"{name}/athlete={quote(str(athlete), safe='')}/year={year}/{_PART}", rows.drop(columns="athlete")


def csv_text(rows: pd.DataFrame) -> str:
    """Return a table as CSV, in which no text is a formula to a spreadsheet."""
    columns = [_cells(rows[name]) for name in rows.columns]
    lines = map(",".join, zip(*columns, strict=True)) if len(rows) else ()
    return "\n".join([",".join(rows.columns), *lines, ""])


def _cells(column: pd.Series[Any]) -> list[str]:
    """Return a column as cells of a CSV; pandas would format and write one cell after the other."""
    if column.dtype == "float64":
        text = "\n".join(["%.10g"] * len(column)) % tuple(column.tolist())
        return text.replace("nan", "").split("\n")
    if column.dtype in ("object", "string", "category"):
        cell = cache(lambda value: _quoted(cell_text(value)) if isinstance(value, str) else "")
        return [cell(value) for value in column.tolist()]
    # One column by itself has quotes where it has nothing.
    lines: list[str] = column.to_csv(index=False, header=False, lineterminator="\n").split("\n")[:-1]
    return ["" if line == '""' else line for line in lines]


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"' if any(letter in text for letter in ',"\r\n') else text


def _parquet(rows: pd.DataFrame) -> bytes:
    # pandas keeps a table's attributes in the file: they tell an earlier export from a table of someone else's.
    marked = rows.copy()
    marked.attrs["made_by"] = MADE_BY
    content: bytes = marked.to_parquet(index=False)
    return content


def _need_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        reason = " ".join(str(error).split())
        raise SeasonError(f"Parquet needs pyarrow ({reason})", hint="pip install 'kastor-analysis[parquet]'") from error
