"""Pressed and found times on one clock: how much longer a runner's reps are by presses than as found in the motion.

A thumb is late by a habit of its own, and a start that is found is where the runner sets off, not where they press: the
reps of one session are all longer, or all shorter, by presses than as found. By how much differs between runners, and
between the sessions of one far more; what a session's reps share grows with the sd that is stated for their times. So a
session with presses has its reps timed once more without them when it is added (`lateness`), and the runner's own
offset is told by all of these together with what is known of runners beforehand (`Clock`). The numbers of that are
fitted by ``tools/fit_times.py``, to runners whose times were found by numbers that did not know them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import nan
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import KastorError
from ..session import Session

FloatArray = NDArray[np.float64]

FREEDOM: Final = 3.0
"""Degrees of freedom (Student's t) of a session's offset: one in twenty is several times the usual."""
ONE_SD: Final = 1.2
"""Two in three values of Student's t with so many degrees of freedom are within this many scales."""
PAIRS_S: Final = 0.2
"""The median of reps pressed and found is no better known than a thumb allows, over the root of their number."""
LEAST_SESSIONS: Final = 3
"""With fewer of a runner's own, times moved were no nearer to the presses (real runners left out)."""
LEAST_REPS: Final = 3
"""Of fewer nobody can tell which is off."""
MOST_PRESSED: Final = 0.5
"""A session with no more of its reps timed by presses counts as timed from the motion."""
OFF_TRACK: Final = 0.65
"""Off the track a late press adds to the distance as well as to the time: so much of it is left in a time over the
nominal distance (54 real sessions, by presses and without)."""
CLOCKED: Final = ("pace", "median_regular_s")
"""The metrics that hang on by which clock the times are."""
_PRESSED: Final = frozenset({"lap", "workout"})
_ROUNDS: Final = 30  # of weighing anew, more than it takes


class Clock(NamedTuple):
    """What is known of presses against times found before a runner is.

    Attributes
    ----------
    late_s : float
        By how much longer a rep is by presses than as found, the mean over runners.
    runners_s : float
        Its sd between runners.
    common : float
        Scale of the error that the reps of a session share, over the sd stated for their times.
    """

    late_s: float
    runners_s: float
    common: float

    def of_runner(self, late_s: FloatArray, scale_s: FloatArray) -> tuple[float, float]:
        """Return how much longer a runner's reps are by presses than as found, and one sd of it.

        Parameters
        ----------
        late_s, scale_s : ndarray, shape (n,)
            Of sessions that have both, as `of_session` returns them; of none, what is known beforehand.
        """
        known = 1.0 / self.runners_s**2
        mean = self.late_s
        for _ in range(_ROUNDS):
            weight = (FREEDOM + 1.0) / (FREEDOM + np.square((late_s - mean) / scale_s)) / np.square(scale_s)
            mean = float((known * self.late_s + weight @ late_s) / (known + weight.sum()))
        told = (FREEDOM + 1.0) / (FREEDOM + 3.0) * float((1.0 / np.square(scale_s)).sum())
        return mean, float(1.0 / np.sqrt(known + told))

    def of_session(self, pressed_s: FloatArray, found_s: FloatArray, found_sd_s: FloatArray) -> tuple[float, float]:
        """Return how much longer the reps of a session are by presses than as found, and the scale of its error.

        Parameters
        ----------
        pressed_s, found_s, found_sd_s : ndarray, shape (n,)
            Times of the same reps, and the sds stated for those found.
        """
        late_s = pressed_s - found_s
        middle_s = float(np.median(late_s))
        spread_s = 1.4826 * float(np.median(np.abs(late_s - middle_s)))
        own_s = 1.2533 * max(spread_s, PAIRS_S) / np.sqrt(late_s.size)
        return middle_s, float(np.hypot(own_s, self.common * np.median(found_sd_s)))

    def shared_sd_s(self, found_sd_s: float) -> float:
        """Return one sd of the error that the reps of a session share, from that stated for their times."""
        return ONE_SD * self.common * found_sd_s


@cache
def fitted_clock() -> Clock:
    """Return what is known beforehand, as it was fitted."""
    return Clock(**json.loads(Path(__file__).with_name("clock.json").read_text("utf-8"))["clock"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PressClock:
    """How a runner's presses lie to times found in the motion.

    Attributes
    ----------
    late_s, late_sd_s : float
        By how much longer a rep is by the presses, and one sd of it; 0 with the sd between runners where fewer than
        three sessions tell it.
    sessions : int
        How many sessions with both there are.
    """

    late_s: float
    late_sd_s: float
    sessions: int

    def __str__(self) -> str:
        return f"{self.late_s:+.1f} ± {self.late_sd_s:.1f} s"


def press_clock(late_s: FloatArray, scale_s: FloatArray) -> PressClock:
    """Return the clock of a runner from what `lateness` says of their sessions; unknown ones are left out."""
    known, usual = np.isfinite(late_s) & (scale_s > 0.0), fitted_clock()
    n = int(known.sum())
    if n < LEAST_SESSIONS:
        return PressClock(late_s=0.0, late_sd_s=float(np.hypot(usual.late_s, usual.runners_s)), sessions=n)
    mean_s, sd_s = usual.of_runner(late_s[known], scale_s[known])
    return PressClock(late_s=mean_s, late_sd_s=sd_s, sessions=n)


def lateness(session: Session) -> dict[str, float]:
    """Return how much longer the reps are by presses than as found without them, and the scale of its error.

    NaN where fewer than three reps were pressed and stand out without a press.
    """
    from ..evaluation import match
    from ..evaluation.truth import blind
    from ..segmenter import timed_at

    unknown = {"pressed_late_s": nan, "pressed_late_scale_s": nan}
    pressed = [rep for rep in session.reps if rep.status == "run" and set(rep.source.split("/")) <= _PRESSED]
    if len(pressed) < LEAST_REPS:
        return unknown
    spans = np.array([(rep.start_s, rep.end_s) for rep in pressed])
    try:
        found = timed_at(blind(session.activity, spans), spans.tolist())
    except KastorError:
        return unknown
    pairs = match(spans, [(rep.start_s, rep.end_s) for rep in found])
    if len(pairs) < LEAST_REPS:
        return unknown
    late_s, scale_s = fitted_clock().of_session(
        np.array([pressed[i].duration_s for i in pairs[:, 0]]),
        np.array([found[j].end_s - found[j].start_s for j in pairs[:, 1]]),
        np.array([found[j].duration_sd_s for j in pairs[:, 1]]),
    )
    return {"pressed_late_s": late_s, "pressed_late_scale_s": scale_s}
