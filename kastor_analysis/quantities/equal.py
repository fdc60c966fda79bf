"""`EqualNan`: a base of values in which what is missing is NaN, so that they equal their like all the same.

NaN equals nothing, and whether a tuple that holds one equals itself hangs on the Python and on which NaN it is.
"""

from __future__ import annotations

from dataclasses import fields
from math import nan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class EqualNan:
    """Base of a dataclass made with ``eq=False``: compared and hashed by its fields, NaN beside NaN being the same."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return _compared(self) == _compared(other)  # type: ignore[arg-type]

    def __hash__(self) -> int:
        return hash(_compared(self))  # type: ignore[arg-type]


def _compared(value: DataclassInstance) -> tuple[Any, ...]:
    return tuple(_settled(getattr(value, field.name)) for field in fields(value) if field.compare)


def _settled(value: Any) -> Any:
    """Return the one `math.nan` for any NaN: tuples of it are equal, and hash alike."""
    if isinstance(value, tuple):
        return tuple(map(_settled, value))
    return nan if isinstance(value, float) and value != value else value
