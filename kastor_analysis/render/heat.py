"""A table of sessions by reps, coloured by seconds from the target; shared by the pages of a season and of a squad.

Conventions: a row stands for a session and carries the index by which the page's script marks it everywhere; without a
goal the scorer's target is the session's own median.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from ..shown import numbers as u
from ..shown.cells import Cell

if TYPE_CHECKING:
    import pandas as pd

_RATIO_CLASSES = (
    (0.955, "quick3"),
    (0.97, "quick2"),
    (0.99, "quick1"),
    (1.01, "even"),
    (1.03, "slow1"),
    (1.045, "slow2"),
)
"""A rep's time / its target up to which its cell has that colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One session: its place in the page's tables, what its row is called, and its number in the season."""

    index: int
    name: str
    activity_id: int


def heat(reps: pd.DataFrame, sessions: Sequence[HeatRow]) -> dict[str, Any] | None:
    """Return heads and rows of cells; None where no session has a rep of a plan.

    Parameters
    ----------
    reps : DataFrame
        Rows of `Season.reps`; those of other sessions are left out.
    sessions : sequence of HeatRow
        The rows, in this order.
    """
    chosen = reps["activity_id"].isin([row.activity_id for row in sessions])
    planned = reps[chosen & reps["planned_rep"].notna() & (reps["status"] == "run")]
    if not len(planned):
        return None
    numbers = range(1, int(planned["planned_rep"].max()) + 1)
    digits = u.time_digits(planned["time_sd_s"])
    hammers = set(planned.loc[planned["is_hammer"], "planned_rep"].astype(int))
    found: dict[tuple[int, int], dict[Any, Any]] = {
        (int(rep["activity_id"]), int(rep["planned_rep"])): rep
        for rep in records(planned, "activity_id", "planned_rep", "deviation_s", "target_s")
    }
    rows = []
    for row in sessions:
        cells = [_cell(found.get((row.activity_id, n)), digits) for n in numbers]
        rows.append({"index": row.index, "name": row.name, "cells": cells})
    return {"heads": [f"{n}H" if n in hammers else str(n) for n in numbers], "rows": rows}


def records(frame: pd.DataFrame, *names: str) -> list[dict[Any, Any]]:
    """Return the rows of some columns, each by its name: pandas would make objects of all of them first."""
    return [dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True)]


def missing_as_nan(value: object) -> float:
    """Return a number of a DataFrame as float; NaN where it is missing."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return nan


def _cell(rep: dict[Any, Any] | None, digits: int) -> Cell:
    if rep is None or not isfinite(missing_as_nan(rep["deviation_s"])):
        return Cell("")
    deviation_s, target_s = float(rep["deviation_s"]), float(rep["target_s"])
    ratio = 1.0 + deviation_s / target_s
    kind = next((name for edge, name in _RATIO_CLASSES if ratio <= edge), "slow3")
    return Cell(u.signed(deviation_s, digits), round(deviation_s, 6), kind)
