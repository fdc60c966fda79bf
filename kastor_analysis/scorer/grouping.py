"""Reps of a report grouped into sets, each set with its own median, evenness and rests.

Conventions: sets are the plan's where it has several; else they are told from what was run. A rest beside a missing rep
tells nothing of sets. What was planned names a rep; what was not, is named by what was run.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite, nan

import numpy as np

from ..plan import Plan
from ..plans.kinds import Kind, find_kinds
from ..plans.sets import set_numbers
from ..quantities.naming import repeats_name
from ..quantities.ordered import median
from ..report import RepResult, SetResult
from .held import HeldRep
from .rest import RestJudgement


def group_rows(
    rows: Sequence[HeldRep], plan: Plan, rests: Sequence[RestJudgement]
) -> list[tuple[int | None, str | None]]:
    """Return set and kind of every row; None where a row that was not run has no fellow to go by."""
    run = [i for i, row in enumerate(rows) if row.segment is not None and not row.is_second_half]
    kinds = _kinds(rows, run)
    if plan.set_reps is not None and not plan.is_inferred:
        numbers: list[int | None] = [row.step.set_number if row.step else None for row in rows]
    else:
        after = [_rest_s(rows, rests, i) for i in run]
        sets = set_numbers([kinds[i] or Kind() for i in run], [rows[i].time_s for i in run], after)
        found = dict(zip(run, sets, strict=True))
        numbers = [found.get(i) for i in range(len(rows))]
    return [
        (_of_fellows(numbers, i), str(kind) if kind is not None else None)
        for i, kind in enumerate(kinds)
    ]  # fmt: skip


def make_sets(rows: Sequence[RepResult]) -> tuple[SetResult, ...]:
    """Return one row a set, from the reps that were run."""
    sets = []
    for number, group in groupby(
        (row for row in rows if row.set is not None and isfinite(row.time_s)), key=lambda row: row.set
    ):
        of_set = list(group)
        regular = [row for row in of_set if not row.is_hammer] or of_set
        kinds = [row.rep_kind or "" for row in of_set]
        one_kind = len(set(kinds)) == 1
        times = np.array([row.time_s for row in regular], dtype=np.float64)
        inner = np.array([row.rest_s for row in of_set[:-1] if isfinite(row.rest_s)], dtype=np.float64)
        paces = [row.pace_s_per_km for row in regular if isfinite(row.pace_s_per_km)]
        scores = [row.pace_score for row in regular if isfinite(row.pace_score)]
        sets.append(
            SetResult(
                set=number or 0,
                rep_kind=kinds[0] if one_kind else repeats_name(kinds),
                reps=len(of_set),
                median_s=float(median(times)) if one_kind else nan,
                spread_s=float(np.std(times, ddof=1)) if one_kind and times.size > 2 else nan,
                evenness_score=float(np.mean(scores)) if scores else nan,
                rest_median_s=float(median(inner)) if inner.size else nan,
                rest_after_s=of_set[-1].rest_s,
                distance_m=float(sum(row.scored_distance_m for row in of_set)),
                pace_s_per_km=float(median(paces)) if paces else nan,
            )
        )
    return tuple(sets)


def _kinds(rows: Sequence[HeldRep], run: Sequence[int]) -> list[Kind | None]:
    """Return what was planned of each row; of those that were not, what they were among the rows that were `run`."""
    if all(row.step is not None for row in rows):
        run = ()
    found = find_kinds(
        [rows[i].time_s for i in run],
        [rows[i].segment.nominal_distance_m for i in run],  # type: ignore[union-attr]
        [rows[i].segment.distance_m for i in run],  # type: ignore[union-attr]
    )
    as_run = dict(zip(run, found, strict=True))
    return [
        Kind(row.step.distance_m, row.step.duration_s) if row.step is not None else as_run.get(i)
        for i, row in enumerate(rows)
    ]


def _rest_s(rows: Sequence[HeldRep], rests: Sequence[RestJudgement], i: int) -> float:
    beside_missing = i + 1 < len(rows) and rows[i + 1].status == "missing"
    return nan if beside_missing else rests[i].rest_s


def _of_fellows(numbers: Sequence[int | None], i: int) -> int | None:
    """Return the set of a row, that of the row before (or behind) it where it was not run."""
    before = [n for n in numbers[: i + 1] if n is not None]
    behind = [n for n in numbers[i:] if n is not None]
    return before[-1] if before else behind[0] if behind else None
