"""Evaluation: the reps that were found (estimate) held against those that were run (reference).

Conventions
-----------
- A set of reps is an array of shape (n, 2): start_s and end_s on the elapsed clock, half-open, in order, not
  overlapping within one set. An error is always estimate less reference.
- **Match**: a reference and an estimate match where they overlap by more than half of their union (IoU > 0.5). Within
  sets that do not overlap, a span can have only one such partner, so the matching is unique.
- **Ignored spans** (aborted reps, those with a pause inside, a suspect lap press) are no reference: an estimate counts
  neither for nor against where it matches none and at least half of it lies in one.
- **Recall** is matched / reference, **precision** matched / estimates that count; both NaN where there is nothing to
  divide by. A session is **exact** where all its reps are found and no other.
- **Errors** are of the start, the end and the time (end less start) of matched reps. Their scatter *within* a session
  is what remains when each session's own mean is taken out: lap presses carry their runner's habit.
- **Calibration**: a stated sd is honest where 68 % of the errors lie within one of it and 95 % within two, also in
  each third of the stated sds apart, so that a constant does not pass.
- A recording that fails to be analysed has found nothing: all its reps count as missed.
- Figures are pooled over sessions; the interval of a figure comes from drawing sessions with replacement, and means
  over groups (runners) show whether one of them carries the result.

Functions are pure and need NumPy only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..quantities.equal import EqualNan

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MIN_IOU = 0.5  # see above: more, and a match is unique
WINDOW_S = 4.0  # of earlier work on interval detection
QUANTITIES = ("start", "end", "time")


def spans(values: ArrayLike) -> FloatArray:
    """Return start and end pairs as an array of shape (n, 2), checked.

    Raises
    ------
    ValueError
        If a value is missing, an end does not follow its start, or spans are out of order or overlap.
    """
    array = np.asarray(values, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(array).all():
        raise ValueError("spans need finite starts and ends")
    if (array[:, 1] <= array[:, 0]).any():
        raise ValueError("every span must end after it starts")
    if (array[1:, 0] < array[:-1, 1] - 1e-6).any():
        raise ValueError("spans must be in order and must not overlap")
    return array


def overlap_s(reference: ArrayLike, estimate: ArrayLike) -> FloatArray:
    """Return the seconds that each reference shares with each estimate, shape (n_reference, n_estimate)."""
    a = np.asarray(reference, dtype=np.float64).reshape(-1, 2)
    b = np.asarray(estimate, dtype=np.float64).reshape(-1, 2)
    shared: FloatArray = np.minimum(a[:, None, 1], b[None, :, 1]) - np.maximum(a[:, None, 0], b[None, :, 0])
    return np.maximum(shared, 0.0)


def match(reference: ArrayLike, estimate: ArrayLike, *, min_iou: float = MIN_IOU) -> IntArray:
    """Return the matching pairs.

    Parameters
    ----------
    reference, estimate : array_like, shape (n, 2)
        Spans.
    min_iou : float
        Overlap over union that a match must exceed; at least 0.5, below which it would not be unique.

    Returns
    -------
    ndarray of int, shape (n_matched, 2)
        Index of the reference and of its estimate, in order.
    """
    if not MIN_IOU <= min_iou < 1.0:
        raise ValueError("min_iou must be from 0.5 to below 1")
    a, b = spans(reference), spans(estimate)
    shared = overlap_s(a, b)
    union = np.diff(a, axis=1) + np.diff(b, axis=1).T - shared
    return np.argwhere(shared > min_iou * union)


def window_overlap(
    reference: ArrayLike, estimate: ArrayLike, duration_s: float, *, window_s: float = WINDOW_S
) -> float:
    """Return the share of windows that both call fast among those that either does.

    The recording is cut into windows of `window_s`; a window is fast where at least half of it lies in a rep. A figure
    of this kind is what earlier work on interval detection reports; it says little about boundaries, because a rep
    of 96 s may be several seconds off and still overlap by 90 %. NaN where neither has a fast window.
    """
    edges = np.arange(0.0, duration_s + window_s, window_s)
    windows = np.column_stack([edges[:-1], edges[1:]])
    fast_a = overlap_s(windows, spans(reference)).sum(axis=1) >= window_s / 2
    fast_b = overlap_s(windows, spans(estimate)).sum(axis=1) >= window_s / 2
    either = int((fast_a | fast_b).sum())
    return float((fast_a & fast_b).sum() / either) if either else float("nan")


@dataclass(frozen=True, eq=False, kw_only=True)
class SessionScore:
    """One session's estimate against its reference.

    Attributes
    ----------
    n_reference, n_estimate, n_matched : int
        Reps run, reps found that count, and reps found that were run.
    pairs : ndarray of int, shape (n_matched, 2)
        Index of each matched reference and of its estimate in the arrays given.
    errors_s, stated_sd_s : dict of str to ndarray, shape (n_matched,)
        For ``start``, ``end``, ``time``: estimate less reference, and the sd stated for it (NaN where none was).
    window_overlap : float
        See `window_overlap`.
    group : str
        The runner (or what stands for them).
    failure : str or None
        Why the recording could not be analysed.
    """

    n_reference: int
    n_estimate: int
    n_matched: int
    pairs: IntArray
    errors_s: Mapping[str, FloatArray]
    stated_sd_s: Mapping[str, FloatArray]
    window_overlap: float = float("nan")
    group: str = ""
    failure: str | None = None

    @property
    def recall(self) -> float:
        """Matched over reference."""
        return _ratio(self.n_matched, self.n_reference)

    @property
    def precision(self) -> float:
        """Matched over estimates that count."""
        return _ratio(self.n_matched, self.n_estimate)

    @property
    def exact(self) -> bool:
        """All reps found and no other."""
        return self.failure is None and self.n_matched == self.n_reference == self.n_estimate


def evaluate(
    reference: ArrayLike,
    estimate: ArrayLike,
    *,
    ignore: ArrayLike = (),
    stated_sd_s: Mapping[str, ArrayLike] | None = None,
    duration_s: float | None = None,
    group: str = "",
    failure: str | None = None,
) -> SessionScore:
    """Hold one session's estimate against its reference.

    Parameters
    ----------
    reference, estimate : array_like, shape (n, 2)
        Spans of the reps run and found.
    ignore : array_like, shape (n, 2)
        Spans in which an estimate counts neither way.
    stated_sd_s : mapping of str to array_like, optional
        Any of ``start``, ``end``, ``time``: the sd stated for each estimate, shape (n_estimate,).
    duration_s : float, optional
        Of the recording; up to the last span by default.
    group : str
        The runner, for means over groups.
    failure : str, optional
        Why there is no estimate.
    """
    ref, est = spans(reference), spans(estimate)
    left_out = np.asarray(ignore, dtype=np.float64).reshape(-1, 2)
    pairs = match(ref, est)
    counts = np.ones(len(est), dtype=bool)
    if left_out.size and est.size:
        inside_s = overlap_s(est, left_out).sum(axis=1)
        counts = inside_s < 0.5 * np.diff(est, axis=1)[:, 0]
        counts[pairs[:, 1]] = True
    a, b = ref[pairs[:, 0]], est[pairs[:, 1]]
    errors = {"start": b[:, 0] - a[:, 0], "end": b[:, 1] - a[:, 1]}
    errors["time"] = errors["end"] - errors["start"]
    given = stated_sd_s or {}
    stated = {
        name: np.asarray(given[name], dtype=np.float64)[pairs[:, 1]] if name in given else np.full(len(pairs), np.nan)
        for name in QUANTITIES
    }
    if duration_s is None:
        duration_s = float(max(ref.max(initial=0.0), est.max(initial=0.0)))
    return SessionScore(
        n_reference=len(ref),
        n_estimate=int(counts.sum()),
        n_matched=len(pairs),
        pairs=pairs,
        errors_s=errors,
        stated_sd_s=stated,
        window_overlap=window_overlap(ref, est[counts], duration_s),
        group=group,
        failure=failure,
    )


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ErrorFigures(EqualNan):
    """How far off the matched reps are, in seconds.

    `bias_s` is the median error, `median_s` and `p90_s` the median and 90 % quantile of its absolute value,
    `within_sd_s` the sd when each session's own mean is taken out (with the degrees of freedom that costs);
    NaN where there are none.
    """

    n: int
    bias_s: float
    median_s: float
    p90_s: float
    within_sd_s: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CoverageFigures(EqualNan):
    """How stated sds hold up: median sd, rms error, and the shares of errors within one and two sds; NaN for none."""

    n: int
    stated_sd_s: float
    rms_error_s: float
    within_1sd: float
    within_2sd: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooled:
    """Figures over sessions.

    Attributes
    ----------
    n_sessions, n_failed, n_reference, n_estimate, n_matched : int
        Counts.
    recall, precision, exact : float
        Over all reps, over all estimates that count, and the share of sessions exact.
    window_overlap : float
        Mean over sessions.
    errors : dict of str to ErrorFigures
        For ``start``, ``end``, ``time``.
    sd_is_finite : dict of str to float
        Share of matched reps with a finite stated sd.
    coverage : dict of str to tuple of CoverageFigures
        Overall, then the lowest, middle and highest third of the stated sd; empty where none is stated.
    by_group : dict of str to (recall, median absolute time error)
        A row a group.
    """

    n_sessions: int
    n_failed: int
    n_reference: int
    n_estimate: int
    n_matched: int
    recall: float
    precision: float
    exact: float
    window_overlap: float
    errors: Mapping[str, ErrorFigures]
    sd_is_finite: Mapping[str, float]
    coverage: Mapping[str, tuple[CoverageFigures, ...]]
    by_group: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def group_mean_recall(self) -> float:
        """Mean over groups of their recall."""
        return _mean([recall for recall, _ in self.by_group.values()])

    @property
    def group_mean_time_s(self) -> float:
        """Mean over groups of their median absolute time error."""
        return _mean([error for _, error in self.by_group.values()])


def pool(scores: Sequence[SessionScore]) -> Pooled:
    """Return the figures of all sessions together."""
    scores = list(scores)
    n_reference = sum(score.n_reference for score in scores)
    n_estimate = sum(score.n_estimate for score in scores)
    n_matched = sum(score.n_matched for score in scores)
    groups: dict[str, list[SessionScore]] = {}
    for score in scores:
        groups.setdefault(score.group, []).append(score)
    by_group = {}
    for name, members in sorted(groups.items()):
        run = sum(score.n_reference for score in members)
        if run:
            times = np.abs(_joined(members, "time"))
            found = sum(score.n_matched for score in members)
            by_group[name] = (found / run, float(np.median(times)) if times.size else float("nan"))
    sds = {name: _concatenate([score.stated_sd_s[name] for score in scores]) for name in QUANTITIES}
    return Pooled(
        n_sessions=len(scores),
        n_failed=sum(score.failure is not None for score in scores),
        n_reference=n_reference,
        n_estimate=n_estimate,
        n_matched=n_matched,
        recall=_ratio(n_matched, n_reference),
        precision=_ratio(n_matched, n_estimate),
        exact=_ratio(sum(score.exact for score in scores), len(scores)),
        window_overlap=_mean([score.window_overlap for score in scores]),
        errors={name: error_figures([score.errors_s[name] for score in scores]) for name in QUANTITIES},
        sd_is_finite={name: float(np.isfinite(sd).mean()) if sd.size else float("nan") for name, sd in sds.items()},
        coverage={name: coverage(_joined(scores, name), sds[name]) for name in QUANTITIES},
        by_group=by_group,
    )


def error_figures(errors_s: Sequence[FloatArray]) -> ErrorFigures:
    """Return the figures of errors, one array a session."""
    every = _concatenate(errors_s)
    if not every.size:
        nan = float("nan")
        return ErrorFigures(n=0, bias_s=nan, median_s=nan, p90_s=nan, within_sd_s=nan)
    several = [errors - errors.mean() for errors in errors_s if errors.size > 1]
    freedom = sum(errors.size - 1 for errors in several)
    squares = sum(float((errors**2).sum()) for errors in several)
    return ErrorFigures(
        n=every.size,
        bias_s=float(np.median(every)),
        median_s=float(np.median(np.abs(every))),
        p90_s=float(np.quantile(np.abs(every), 0.9)),
        within_sd_s=float(np.sqrt(squares / freedom)) if freedom else float("nan"),
    )


def coverage(errors_s: ArrayLike, stated_sd_s: ArrayLike) -> tuple[CoverageFigures, ...]:
    """Return how stated sds hold up: overall, then in the lowest, middle and highest third of the stated sd.

    Errors without a finite sd are left out; fewer than nine leave no thirds, none at all nothing.
    """
    errors, sd = np.asarray(errors_s, dtype=np.float64), np.asarray(stated_sd_s, dtype=np.float64)
    known = np.isfinite(sd) & np.isfinite(errors)
    errors, sd = errors[known], sd[known]
    if not errors.size:
        return ()
    order = np.argsort(sd, kind="stable")
    parts = [order, *np.array_split(order, 3)] if errors.size >= 9 else [order]
    out = []
    for part in parts:
        size, stated = np.abs(errors[part]), sd[part]
        out.append(
            CoverageFigures(
                n=part.size,
                stated_sd_s=float(np.median(stated)),
                rms_error_s=float(np.sqrt((size**2).mean())),
                within_1sd=float((size <= stated).mean()),
                within_2sd=float((size <= 2 * stated).mean()),
            )
        )
    return tuple(out)


def bootstrap(
    scores: Sequence[SessionScore],
    figure: Callable[[Pooled], float],
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the interval of a pooled figure, from drawing sessions with replacement.

    Parameters
    ----------
    scores : sequence of SessionScore
        The sessions.
    figure : callable
        Takes a `Pooled`, for instance ``lambda p: p.errors["time"].median_s``.
    level, draws, seed
        Of the interval, and of the drawing.
    """
    scores = list(scores)
    if not scores:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    values = [figure(pool([scores[i] for i in rng.integers(0, len(scores), len(scores))])) for _ in range(draws)]
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _joined(scores: Sequence[SessionScore], name: str) -> FloatArray:
    return _concatenate([score.errors_s[name] for score in scores])


def _concatenate(arrays: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate(arrays) if len(arrays) else np.empty(0)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
