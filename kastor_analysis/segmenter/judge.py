"""Whether repeats are a session at all, and not a run with stops, hills, strides or a few surges.

What tells them apart, over real sessions and real runs: reps are faster than the recording's easy running, they stand
out from their rests, there are few kinds of them, and they come in a rhythm. What is weak in one must be strong in
another. The numbers were chosen on 57 real sessions and 58 real runs, each as recorded and as bare GPX, and on
alterations of these (docs/accuracy.md, *What carries over*).
"""

from __future__ import annotations

from .traits import Traits

FEWEST_REPS = 3
LEAST_REP_MPS = 2.2
LOOSE_RHYTHM = 0.5
TIGHT_RHYTHM = 0.3
STRICT_RHYTHM = 0.2
LADDER_RHYTHM = 0.1
CLOCK_RHYTHM = 0.05
LONGEST_SPRINT_S = 25.0
"""Shorter reps with jogged recoveries are strides in an easy run."""
LEAST_REST_SHARE = 0.22
PARTING_REST_SHARE = 0.3
"""Red lights part a run as plainly as rests, but not for so long."""
FASTER_AS_PLANNED = 1.1
FASTER = 1.22
MUCH_FASTER = 1.3
LADDER_FASTER = 1.35
CLEAR_LOG_CONTRAST = 0.42
DEEP_LOG_CONTRAST = 0.8
PLAINLY_PARTED = 0.95
"""Reps that stand out so far (log ratio) from rests that keep time need no easy running to be compared with: where only
the main set was recorded, there is none."""
PARTED_BY_THE_CLOCK = 0.55
"""The same where one stood or walked in rests that keep time to a tenth."""
FAINTLY_PARTED = 0.16
LONGEST_FAINT_REST = 1.6
LONG_RESTS = 4.0
"""Bouts that hardly stand out, so many times their own length apart, are hills or surges."""
RARE_KINDS, FEW_KINDS, HALF, SOME_KINDS = 0.25, 0.34, 0.5, 0.6
"""Kinds over reps: all but alike; a plain set with a rep or two unlike it; two by two; a pyramid or mixed set."""
MOST_KINDS = 5
"""However many reps: more kinds are a run with many surges, or the noise of a bad reception."""

# The mean log odds that the reps must have, by what else speaks for them; the less that is, the more.
ODDS_PLANNED = 1.5
ODDS_LADDER, ODDS_SLOW_LADDER = 1.0, 2.5
ODDS_ONE_KIND_IN_RHYTHM = 2.0
ODDS_MUCH_FASTER = 2.6
ODDS_FASTER = 3.3
ODDS_HARDLY_FASTER = 3.6
ODDS_THREE_REPS = 3.6
ODDS_SOME_KINDS = 4.0
ODDS_SHORT_RESTS = 4.0
ODDS_NO_RHYTHM = 4.2
ODDS_BEYOND_DOUBT = 5.0


def is_session(t: Traits, *, expected: bool = False) -> bool:
    """Return whether repeats with these traits are a session.

    `expected` says that they are about as many, and about what, a plan asks for: then less will do.
    """
    if t.n < FEWEST_REPS or t.rep_mps < LEAST_REP_MPS:
        return False
    if expected and t.over_easy >= FASTER_AS_PLANNED and t.odds >= ODDS_PLANNED and t.rhythm < LOOSE_RHYTHM:
        return True
    if t.rest_s < LEAST_REST_SHARE * t.work_s:
        return _are_cruise_intervals(t)
    if plainly_parted(t):
        return True
    if _are_strides(t) or _are_hills(t):
        return False
    if _are_beyond_doubt(t):
        return True
    if t.n == FEWEST_REPS:
        return _are_three_reps(t)
    if t.rhythm >= (LOOSE_RHYTHM if t.n >= 5 else TIGHT_RHYTHM):
        few = t.n >= 6 and t.kinds <= min(1 + 0.4 * t.n, MOST_KINDS)
        return few and t.over_easy >= MUCH_FASTER and t.odds >= ODDS_NO_RHYTHM
    if t.over_easy < FASTER:
        return _all_but_alike(t) and t.odds >= ODDS_HARDLY_FASTER
    if t.kinds == 1 and t.n >= 5 and t.rhythm < STRICT_RHYTHM:
        return t.odds >= ODDS_ONE_KIND_IN_RHYTHM
    if t.kinds <= min(FEW_KINDS * t.n, MOST_KINDS):
        return _are_of_few_kinds(t)
    return _are_of_some_kinds(t) or _are_a_ladder(t)


def plainly_parted(t: Traits) -> bool:
    """Return whether rests that keep time, stood or walked in, part reps of few kinds, or of a ladder."""
    if t.n < FEWEST_REPS or t.rep_mps < LEAST_REP_MPS or t.rest_s < PARTING_REST_SHARE * t.work_s:
        return False
    if t.faster < FASTER_AS_PLANNED:
        return False
    kept_time = t.rhythm < TIGHT_RHYTHM and t.kinds <= (SOME_KINDS * t.n if t.n > FEWEST_REPS else t.n - 1)
    as_a_ladder = t.rhythm < LADDER_RHYTHM
    by_the_clock = t.standing and t.n > FEWEST_REPS and t.rhythm < LADDER_RHYTHM and t.kinds <= FEW_KINDS * t.n
    return t.parted >= (PARTED_BY_THE_CLOCK if by_the_clock else PLAINLY_PARTED) and (kept_time or as_a_ladder)


def _are_cruise_intervals(t: Traits) -> bool:
    """A breath between long reps. Stops in a run keep no time and part no equal stretches."""
    even = t.n > FEWEST_REPS and t.kinds == 1 and t.rhythm < STRICT_RHYTHM
    return even and _is_clear(t) and t.odds >= ODDS_SHORT_RESTS


def _are_strides(t: Traits) -> bool:
    are_sprints = t.standing and t.n > FEWEST_REPS and t.kinds <= max(1.0, 0.4 * t.n)
    return t.work_s < LONGEST_SPRINT_S and not are_sprints


def _are_hills(t: Traits) -> bool:
    """What hardly stands out from jogged rests is a set by the clock, or a run over hills."""
    faint = t.parted < FAINTLY_PARTED and t.log_contrast < CLEAR_LOG_CONTRAST
    by_the_clock = (
        t.kinds <= max(1.0, FEW_KINDS * t.n) and t.rhythm < LADDER_RHYTHM and t.rest_s < LONGEST_FAINT_REST * t.work_s
    )
    return faint and not by_the_clock


def _are_beyond_doubt(t: Traits) -> bool:
    """So plainly reps, each of them, that their rests need keep no time: short ones after long rests, say."""
    return _is_clear(t) and t.over_easy >= MUCH_FASTER and t.kinds <= HALF * t.n and t.odds >= ODDS_BEYOND_DOUBT


def _are_three_reps(t: Traits) -> bool:
    to_the_clock = t.kinds == 1 and t.rhythm < CLOCK_RHYTHM and t.over_easy >= FASTER
    in_rhythm = t.kinds < t.n and t.rhythm < TIGHT_RHYTHM and _is_clear(t)
    return (to_the_clock or in_rhythm) and t.odds >= ODDS_THREE_REPS


def _are_of_few_kinds(t: Traits) -> bool:
    far_apart = t.log_contrast < CLEAR_LOG_CONTRAST and t.rest_s > LONG_RESTS * t.work_s
    needed = ODDS_MUCH_FASTER if t.over_easy >= MUCH_FASTER else ODDS_FASTER
    return not far_apart and t.odds >= (needed if _is_plain(t) else ODDS_SOME_KINDS)


def _are_of_some_kinds(t: Traits) -> bool:
    few_or_strict = t.kinds <= MOST_KINDS or t.rhythm < STRICT_RHYTHM
    # What suffices for three reps suffices for more.
    needed = ODDS_THREE_REPS if _is_clear(t) and t.rhythm < TIGHT_RHYTHM else ODDS_SOME_KINDS
    return _is_plain(t) and few_or_strict and t.kinds <= SOME_KINDS * t.n and t.odds >= needed


def _are_a_ladder(t: Traits) -> bool:
    """No two reps alike, but each plainly a rep, with a rest one stands or walks in."""
    ladder = t.standing and t.log_contrast >= DEEP_LOG_CONTRAST and t.rhythm < TIGHT_RHYTHM
    return ladder and t.odds >= (ODDS_LADDER if t.over_easy >= LADDER_FASTER else ODDS_SLOW_LADDER)


def _all_but_alike(t: Traits) -> bool:
    return t.kinds <= max(1.0, RARE_KINDS * t.n)


def _is_clear(t: Traits) -> bool:
    return t.over_easy >= FASTER and t.log_contrast >= CLEAR_LOG_CONTRAST


def _is_plain(t: Traits) -> bool:
    return _is_clear(t) or t.rhythm < TIGHT_RHYTHM
