"""`Table`: named NumPy columns of one length, read-only, without pandas.

The core computes on these; a DataFrame is made from one only when somebody asks for it, because importing pandas
takes longer than a whole report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


class Table(Mapping[str, NDArray[Any]]):
    """Read-only columns of equal length, by name.

    Parameters
    ----------
    columns : mapping of str to array_like
        Numbers become float64, text an object array, days stay days. Each is copied unless it is a read-only array.
    length : int, optional
        Needed only where there is no column at all.

    Raises
    ------
    ValueError
        If the columns differ in length or are not one-dimensional.
    """

    __slots__ = ("_columns", "_length")

    def __init__(self, columns: Mapping[str, Any], *, length: int | None = None) -> None:
        stored: dict[str, NDArray[Any]] = {}
        for name, values in columns.items():
            array = np.asarray(values)
            if array.dtype.kind in "OUS":
                array = array.astype(object)
            elif array.dtype != np.float64 and array.dtype.kind != "M":
                array = array.astype(np.float64)
            if array.flags.writeable:
                array = array.copy()
                array.flags.writeable = False
            if array.ndim != 1:
                raise ValueError(f"column {name} must be one-dimensional, not of shape {array.shape}")
            if length is None:
                length = array.size
            if array.size != length:
                raise ValueError(f"column {name} has {array.size} rows, the others {length}")
            stored[name] = array
        self._columns = stored
        self._length = length or 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        """Return the number of columns (a mapping's length); rows are `n_rows`."""
        return len(self._columns)

    def __repr__(self) -> str:
        return f"Table({self._length} rows: {' '.join(self._columns)})"

    def __reduce__(self) -> tuple[object, ...]:
        return (Table, (dict(self._columns),))

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self._length

    def take(self, rows: NDArray[Any] | slice) -> Table:
        """Return the rows selected by a mask, indices or a slice."""
        return Table({name: column[rows] for name, column in self._columns.items()})

    def with_columns(self, **columns: Any) -> Table:
        """Return a table with columns added or replaced."""
        return Table({**self._columns, **columns})

    def frame(self) -> pd.DataFrame:
        """Return a detached `pandas.DataFrame` of the columns."""
        import pandas as pd

        # Text stays `object` whatever it holds: pandas 3 would infer another type where no text is missing.
        return pd.DataFrame(
            {name: pd.Series(column.copy(), dtype=column.dtype) for name, column in self._columns.items()}
        )


def rows_frame(rows: Sequence[Any], row_type: type, integers: Sequence[str] = ()) -> pd.DataFrame:
    """Return a DataFrame of dataclass rows, one column a field, tidy also where there are no rows.

    Parameters
    ----------
    rows : sequence of dataclass instances
        All of `row_type`.
    row_type : type
        The dataclass; its fields are the columns, in order.
    integers : sequence of str
        Fields that are whole numbers which can be missing (None): pandas ``Int64``.
    """
    import pandas as pd

    if not is_dataclass(row_type):
        raise TypeError(f"{row_type!r} is not a dataclass")
    data: dict[str, Any] = {}
    for field in fields(row_type):
        values = [getattr(row, field.name) for row in rows]
        if field.name in integers:
            data[field.name] = pd.array(values, dtype="Int64")
        elif field.type == "float":
            data[field.name] = np.array(values, dtype=np.float64)
        elif field.type == "bool":
            data[field.name] = np.array(values, dtype=bool)
        else:
            data[field.name] = pd.Series(values, dtype=object)
    return pd.DataFrame(data)
