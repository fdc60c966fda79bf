"""Values that hold NaN equal their like, whichever NaN it is, and on every Python."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

import kastor_analysis


def values() -> Iterator[type]:
    """Yield the dataclasses that are compared by value and say that a number of theirs may be NaN."""
    for module in pkgutil.walk_packages(kastor_analysis.__path__, "kastor_analysis."):
        if module.name.endswith("__main__") or ".render." in module.name:
            continue
        for kind in vars(import_module(module.name)).values():
            if not isinstance(kind, type) or kind.__module__ != module.name or not dataclasses.is_dataclass(kind):
                continue
            by_value = kind.__eq__ is not object.__eq__ and not kind.__name__.startswith("_")
            numbers = any("float" in str(field.type) for field in dataclasses.fields(kind))
            if by_value and numbers and re.search(r"\bnan\b", inspect.getsource(kind).casefold()):
                yield kind


def holding(kind: type, number: float) -> Any:
    """Return a value with the number wherever a number may be, and in the pairs of them."""
    value = object.__new__(kind)
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        pair = (number, (number, 1.0)) if "tuple[float" in str(field.type) else number
        object.__setattr__(value, field.name, pair if "float" in str(field.type) else "the same")
    return value


@pytest.mark.parametrize("kind", list(values()), ids=lambda kind: kind.__name__)
def test_a_value_equals_its_like_and_hashes_alike(kind: type) -> None:
    one, other = holding(kind, float("nan")), holding(kind, float("nan"))
    assert one == other == pickle.loads(pickle.dumps(one))
    assert len({one, other}) == 1
    assert one != holding(kind, 0.0)
    assert one != dataclasses.astuple(one)


def test_the_values_of_a_report_are_among_them() -> None:
    assert {"Segment", "Step", "Plan", "Pace", "RepResult", "WorkoutStep", "Move"} <= {k.__name__ for k in values()}
