"""Equality of values that hold what is missing: NaN beside NaN is the same.

Up to Python 3.12 two dataclasses were compared as tuples, in which the one `math.nan` equals itself; from 3.13 on they
are compared field by field, in which it does not.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def same(self: DataclassInstance, other: object) -> bool:
    """Return whether two values of one dataclass are equal; to be its ``__eq__``."""
    if other.__class__ is not self.__class__:
        return False
    names = [f.name for f in fields(self) if f.compare]
    mine, others = (tuple(getattr(value, name) for name in names) for value in (self, other))
    return bool(mine == others)
