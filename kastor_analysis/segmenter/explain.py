"""What was run: the explanations of a recording, ranked, each with its reps, its strides, and how sure it is.

Conventions: an explanation is a row of a boolean matrix over the candidates (`candidates`); here it gets words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, nan
from typing import NamedTuple

import numpy as np

from ..activity import Activity
from ..explanation import Explanation
from ..motion import Motion
from ..plan import Plan
from ..plans.inference import infer_plan
from .bundles import Bundle
from .candidates import BoolArray, Candidates, FloatArray
from .criterion import Criterion, fitted
from .easy import Easy
from .evidence import Evidence, evidence_of, no_evidence, pressed_laps, unanswered
from .laps import Lap
from .levels import Bout, bouts
from .proposals import weight
from .reasons import reasons
from .search import Ranked, ranked
from .strides import are_strides, at_ends, beside, no_slower, pressed_fellows

TOLD_FROM = 0.4
"""Log odds from which a session is told: one invented is worse than one passed over."""
OUTDONE, OUTDONE_BY = 0.5, 2.0
"""Presses that account for less than this share of the fast running may be outdone by reps that last so much longer."""
UNSURE = 0.6
"""Below this the report says what else it may have been."""
MOST = 4
"""How many readings are listed."""
LOOKED_AT = 200
"""Of the best, so many are searched for readings that really differ."""
SAME = 0.6
"""Overlap (intersection over union) of two reps that are one."""
ODDS_REACH, LEAD_REACH = 6.0, (-3.0, 6.0)
"""Beyond these log odds nothing was sure enough to be told apart when the sureness was fitted."""


class Reading(NamedTuple):
    """One explanation, with what becomes of its candidates."""

    bouts: list[Bout]
    """The reps that stand out."""
    laps: list[Bout]
    """The reps that laps alone tell of."""
    strides: list[Bout]
    beside: list[Bout]
    """What else stands out, apart from the reps."""

    @property
    def reps(self) -> list[Bout]:
        """All reps, in order."""
        return sorted([*self.bouts, *self.laps], key=lambda bout: (bout.start_s, -bout.end_s))


class Explained(NamedTuple):
    """The readings of a recording, the likeliest first, and the laps that were pressed in it."""

    readings: list[Reading]
    told: tuple[Explanation, ...]
    laps: list[Lap]


def candidates_of(activity: Activity, motion: Motion, *, use_laps: bool) -> tuple[Candidates, list[Lap]]:
    """Return the spans that may be reps, and the laps that vouch for some of them."""
    forest = bouts(motion.grid_time_s, motion.grid_speed_mps)
    found = Candidates(forest, motion.grid_speed_mps)
    laps = pressed_laps(activity, motion) if use_laps else []
    if extra := unanswered(laps, found, motion):
        found = Candidates(forest, motion.grid_speed_mps, extra)
    return found, laps


def explained(activity: Activity, motion: Motion, plan: Plan | None, *, use_laps: bool) -> Explained:
    """Return the readings of a recording, the one to be told first."""
    found, laps = candidates_of(activity, motion, use_laps=use_laps)
    easy = Easy(motion.grid_speed_mps)
    evidence = evidence_of(activity, motion, found, laps, plan)
    criterion = fitted()
    best = ranked(found, easy, evidence, criterion)
    nothing = np.zeros(found.n, dtype=bool)
    if best is None:
        nothing_told = _reading(found, nothing, nothing, easy, evidence, criterion)
        return Explained([nothing_told], (_no_session(1, 1.0, ()),), laps)
    session_odds = _session_odds(best, evidence, criterion)
    is_told = session_odds >= TOLD_FROM
    if evidence.has_presses and (not is_told or float(best.values["explained"][0]) < OUTDONE):
        best, evidence = _less_presses(found, easy, evidence, criterion, best, is_told=is_told)
        session_odds = _session_odds(best, evidence, criterion)
        is_told = session_odds >= TOLD_FROM
    rows = _differing(found, best)
    sure = _sureness(best, rows, session_odds, criterion)
    share: dict[int | None, float] = dict(zip(rows, sure.tolist(), strict=True))
    share[None] = 1.0 / (1.0 + exp(session_odds))
    listed: list[int | None] = [*rows[: MOST - 1]]
    listed.insert(len(listed) if is_told else 0, None)
    chosen, strides = (np.concatenate([rows, nothing[None, :]]) for rows in (best.chosen, best.strides))
    read = []
    for row in listed:
        at = -1 if row is None else row
        read.append((row, _reading(found, chosen[at], strides[at], easy, evidence, criterion)))
    # Repeats that are all strides are no session either: of the readings without a rep the first stands for all.
    silent = [row for row, reading in read if not reading.reps]
    read = [(row, reading) for row, reading in read if reading.reps or row == silent[0]]
    readings = [reading for _, reading in read]
    told = []
    for number, (row, reading) in enumerate(read, start=1):
        others = [r for r in rows if r != row]
        if row is None or not reading.reps:
            why = reasons(best, rows[0], others, against=True) if row is None else ()
            told.append(_no_session(number, sum(share[r] for r in silent), why, len(reading.strides)))
        else:
            told.append(
                Explanation(
                    number=number,
                    summary=summary(reading.reps),
                    sureness=share[row],
                    reps_s=tuple((bout.start_s, bout.end_s) for bout in reading.reps),
                    reasons=reasons(best, row, others),
                )
            )
    return Explained(readings, tuple(told), laps)


def _less_presses(
    found: Candidates, easy: Easy, evidence: Evidence, criterion: Criterion, best: Ranked, *, is_told: bool
) -> tuple[Ranked, Evidence]:
    """Return the readings by the signal alone where presses tell of no session, or of little and none of what was run.

    Someone pressed for the strides, say, and not for the reps; or before and after all of them.
    """
    known = {name: getattr(evidence, name) for name in ("is_planned", "planned", "heart")}
    alone = no_evidence(found)._replace(**known)
    other = ranked(found, easy, alone, criterion)
    if other is None or _session_odds(other, alone, criterion) < TOLD_FROM:
        return best, evidence
    more, pressed = other.chosen[0] & ~evidence.pressed, best.chosen[0]
    more_s, pressed_s = (float(np.exp(found.log_t[rows]).sum()) for rows in (more, pressed))
    is_outdone = not is_told or more_s > OUTDONE_BY * pressed_s
    return (other, alone) if is_outdone else (best, evidence)


def summary(reps: Sequence[Bout]) -> str:
    """Return what repeats are called: ``10 x 400 m``."""
    durations = [b.duration_s for b in reps]
    metres = [b.distance_m for b in reps]
    rests = [b.start_s - a.end_s for a, b in pairwise(reps)]
    plan = infer_plan(durations, [nan] * len(reps), metres, [*rests, nan])
    if plan is None:
        return f"{len(reps)} reps"
    return f"{len(reps)} x 400 m" if plan.is_kastor else plan.title


def _session_odds(best: Ranked, evidence: Evidence, criterion: Criterion) -> float:
    first = {name: values[:1] for name, values in best.values.items()}
    return float(criterion.session_for(evidence)(first)[0])


def _differing(found: Candidates, best: Ranked) -> list[int]:
    """Return the rows of the best explanations that differ by more than where a rep starts or ends."""
    kept: list[int] = []
    for row in range(min(LOOKED_AT, len(best.score))):
        if len(kept) >= MOST:
            break
        if not any(_same(found, best.chosen[row], best.chosen[other]) for other in kept):
            kept.append(row)
    return kept


def _same(found: Candidates, a: BoolArray, b: BoolArray) -> bool:
    if a.sum() != b.sum():
        return False
    start = np.maximum(found.start[a], found.start[b])
    end = np.minimum(found.end[a], found.end[b])
    whole = np.maximum(found.end[a], found.end[b]) - np.minimum(found.start[a], found.start[b])
    return bool(((end - start) / whole >= SAME).all())


def _sureness(best: Ranked, rows: Sequence[int], session_odds: float, criterion: Criterion) -> FloatArray:
    """Return the probability of each of the rows: calibrated for the first, the rest shared by their scores."""
    score = best.score[rows]
    lead = float(best.score[0] - np.logaddexp.reduce(best.score[1:])) if len(best.score) > 1 else LEAD_REACH[1]
    known = {"lead": np.array([np.clip(lead, *LEAD_REACH)]), "session": np.array([min(session_odds, ODDS_REACH)])}
    first = 1.0 / (1.0 + exp(-float(criterion.sureness(known)[0])))
    is_one = 1.0 / (1.0 + exp(-session_odds))
    first = min(first, is_one)
    rest = np.exp(score[1:] - score[1:].max()) if len(rows) > 1 else np.empty(0)
    rest *= (is_one - first) / max(float(rest.sum()), 1.0e-9)
    return np.concatenate([[first], np.minimum(rest, first)])


def _reading(
    found: Candidates, reps: BoolArray, strides: BoolArray, easy: Easy, evidence: Evidence, criterion: Criterion
) -> Reading:
    if reps.any() and are_strides(found, reps, evidence.pressed, easy) and not evidence.is_planned[reps].any():
        reps, strides = strides & ~strides, reps | strides
    strides = strides & (no_slower(found, reps) | evidence.vouched)
    strides = strides | beside(found, reps, strides, easy, criterion.strides)
    strides = strides | pressed_fellows(found, reps, strides, evidence)
    if reps.any() and strides.any():
        # One more of a group is no rep either.
        fellows = reps & at_ends(Bundle(found, (reps | strides)[None, :]), evidence.named, evidence.lap_s)[0]
        reps, strides = reps & ~fellows, strides | fellows
    kinds = (reps & found.in_forest, reps & ~found.in_forest, strides, _apart_from(found, reps))
    return Reading(*([found.bouts[i] for i in np.flatnonzero(rows)] for rows in kinds))


def _apart_from(found: Candidates, reps: BoolArray) -> BoolArray:
    """Return what stands out most, apart from the reps."""
    if not reps.any():
        return np.zeros_like(reps)
    apart = Bundle(found, reps[None, :]).free[0]
    return np.asarray(found.best_antichains(np.where(apart, weight(found), 0.0)[None, :])[0])


def _no_session(number: int, chance: float, why: tuple[str, ...], strides: int = 0) -> Explanation:
    beside_it = f", {strides} strides" if strides else ""
    return Explanation(number=number, summary=f"no session{beside_it}", sureness=min(chance, 1.0), reasons=why)


def other_reading(told: Sequence[Explanation], taken: int) -> str | None:
    """Return the line that says what else a recording may be, where what is told is not sure."""
    first = told[taken - 1]
    others = sorted((e for e in told if e.number != taken), key=lambda e: -e.sureness)
    if first.sureness >= UNSURE or not others or others[0].sureness < 0.5 * first.sureness:
        return None
    return f"Not sure: it may be {others[0].summary} instead (--take {others[0].number}; --explain says why)"
