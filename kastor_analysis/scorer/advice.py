"""What to change next time: sentences made from numbers of the report, what a coach would say first at the front.

Conventions: at most four; each only where it is more than the recording's noise, and none where there is nothing to
change. A session run as meant is told so.

"At most four sentences, in a coach's order: a goal that does not fit, the start, the rests, pace and fading, the
hammers, what is missing, single reps." "A session run as meant is told so." (docs/scoring.md)
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from ..goal import race_name, riegel_time_s
from ..quantities.ordered import median
from ..report import HammerResult, RepResult, SplitResult
from .judged import Judged
from .phrases import clock, count, gap, listed, numbers, reps, sentence, span
from .rest_advice import REST_WORTH_SAYING, rests_advice
from .usual import are_alike

MOST = 4  # nobody keeps more in mind
_GOOD = 85.0  # from here on a session was run as meant, and is told so
_MISFIT = 0.10
"""From here on it is the goal that is wrong, not the reps."""
_SLOWING, _FEWEST_HALVES = 0.04, 4  # 2 s of 48, which can be felt and mended; of fewer reps a median is one of them
_DRIFT = 0.015  # 1.4 s of 96; 1 % is the grace for measurement
_SHORT_EASY_S = 420.0  # seven of the ten minutes asked for
_WORTH_SAYING = 5.0
"""Points of the band mean below which single reps are not spoken of: a coach has more important things to say."""
_FEW_MISSING = 3  # more are a session cut short, and told as that
_MOST_KINDS = 4  # a longer list is read by nobody
_ONLY_PER_CENT = 7  # below it a hammer's gain scores less than two thirds
_RACE_PACE_M, _RACE_PACE_S = 400.0, 60.0
"""Shorter repeats that nobody named a plan for are meant to be quicker than a race."""
_SURE_SD = 2.5
"""One rep among many is spoken of only from this many standard deviations beyond the band: one is always odd."""


def advise(j: Judged) -> tuple[str, ...]:
    """Return the sentences, at most `MOST`."""
    if other := _another_session(j):
        return (other,)
    if j.plan.is_inferred:
        misfit = _misfit(j) if _at_race_pace(j) else _quick_for_goal(j)
        pace = _pace(j) if not misfit else None
        candidates = [misfit, _start(j), pace, _fading(j), _slowing(j)]
    else:
        misfit = _misfit(j)
        pace = None if misfit else _pace(j)
        candidates = [
            misfit, _start(j), rests_advice(j), pace, _fading(j), *_hammers(j), _missing(j), _easy(j), _single(j),
            _slowing(j),
        ]  # fmt: skip
    said = [sentence for sentence in candidates if sentence]
    if said:
        return tuple(said[:MOST])
    praise = _praise(j)
    return (praise,) if praise else ()


def _at_race_pace(j: Judged) -> bool:
    """Return whether most of what was run are reps that somebody may have run at the pace of a race."""
    regular = j.regular()
    long = [row for row in regular if row.nominal_distance_m >= _RACE_PACE_M or row.time_s >= _RACE_PACE_S]
    return 2.0 * sum(row.scored_distance_m for row in long) > sum(row.scored_distance_m for row in regular)


def _quick_for_goal(j: Judged) -> str | None:
    """Return what a goal says of short reps that nobody named a plan for: nothing where they were far quicker."""
    found = _off_goal(j)
    if found is None or j.plan.goal is None:
        return None
    middle, _ = found
    if middle > 1.0:
        return _misfit(j)
    if middle > 1.0 - _MISFIT:
        return None
    return (
        f"The reps were run {100 * (1.0 - middle):.0f} % quicker than goal pace (median), as reps this short often are:"
        " without --goal they are held against each other."
    )


def _start(j: Judged) -> str | None:
    """Return the dead sprint: the commonest mistake."""
    rules, pace = j.plan.rules, j.pace
    if j.is_mixed or j.is_unplanned_mix:
        return None
    if not isfinite(pace.start_score):
        return _start_of_few(j)
    if pace.start_ratio >= rules.start_full - pace.start_ratio_sd:
        return None
    first = j.regular(1, rules.start_reps)
    mean_ratio = float(np.mean([r.time_s / r.target_s for r in first]))
    mean_s = mean_ratio * j.goal_s
    middle_s = mean_s / pace.start_ratio
    if first[0].time_s / first[0].target_s >= rules.start_full * mean_ratio / pace.start_ratio:
        # Two quick reps after one that was not are no sprint from the line.
        return None
    who = reps([r.planned_rep or 0 for r in first])
    if j.plan.goal is None:
        return (
            f"{who} averaged {j.told(mean_s)}{j.usual.per}, {j.apart(middle_s, mean_s)} quicker than the"
            f" median of reps {numbers(pace.middle_reps)}: start at {clock(middle_s)} and let the pace come to you."
        )
    if mean_ratio < j.plan.band[0]:
        off = j.apart(j.goal_s, mean_s)
        return f"{who} averaged {j.told(mean_s)}{j.usual.per}, {off} inside goal: start at {clock(j.goal_s)}."
    return (
        f"{who} averaged {j.told(mean_s)}{j.usual.per} and the middle reps {j.told(middle_s)}:"
        f" start {gap(middle_s - mean_s)} easier and keep it even."
    )


def _start_of_few(j: Judged) -> str | None:
    """Return the same where the reps are too few for the start to be scored: the first one against the others."""
    regular = j.regular()
    if len(regular) < 3 or j.pace.is_coarse:
        return None
    first, others = regular[0], regular[1:]
    low = j.plan.band[0]
    ratio = first.time_s / first.target_s
    middle = float(median([r.time_s / r.target_s for r in others]))
    sure = 2.0 * _sd(first)
    if ratio / middle >= j.plan.rules.start_full - sure or ratio >= low - sure:
        return None
    than = "goal" if j.plan.goal else "the median of the others"
    start_s = j.goal_s * (1.0 if j.plan.goal else middle)
    return (
        f"Rep {first.planned_rep} was run in {j.told(ratio * j.goal_s)}{j.usual.per},"
        f" {j.apart(start_s, ratio * j.goal_s)} inside {than}: start at {clock(start_s)}."
    )


def _misfit(j: Judged) -> str | None:
    """Return that the goal is not this runner's today, where the reps were far from it and from each other not."""
    found = _off_goal(j)
    if found is None or j.plan.goal is None:
        return None
    middle, _ = found
    if abs(middle - 1.0) < _MISFIT:
        return None
    word, what = ("outside", "slower") if middle > 1.0 else ("inside", "quicker")
    if j.is_mixed or j.usual.is_pace or not are_alike(j.regular()):
        off = f"{100 * abs(middle - 1.0):.0f} % {what} than their targets"
    else:
        off = f"{j.apart(middle * j.goal_s, j.goal_s)} {word} goal"
    if middle < 1.0 and j.worth is not None and j.plan.goal.race_m is not None and not j.is_mixed:
        goal_s = riegel_time_s(j.plan.goal.race_m, j.plan.goal.time_s(j.plan.goal.race_m), j.worth.race_m)
        if j.worth.quick_s <= goal_s <= j.worth.slow_s:
            return (
                f"The regular reps were {off} (median), quicker than {j.plan.goal.text} asks for: run them in"
                f" {clock(j.goal_s)}{j.usual.per} to practise goal pace, or race soon and see."
            )
    text = f"The goal {j.plan.goal.text} does not fit this session: the regular reps were {off} (median)"
    if j.worth is None:
        return f"{text}. Take a goal that fits today, and train at its pace."
    worth = f"{clock(j.worth.quick_s)} to {clock(j.worth.slow_s)}"
    return f"{text}. They speak of a {race_name(j.worth.race_m)} of {worth}: take a goal from there."


def _off_goal(j: Judged) -> tuple[float, float] | None:
    """Return the median ratio of time to target of the regular reps, and its standard deviation."""
    regular = [r for r in j.regular() if isfinite(r.pace_score)]
    if j.plan.goal is None or not regular or (j.pace.is_coarse and len(regular) < 4):
        return None
    middle = float(median([r.time_s / r.target_s for r in regular]))
    return middle, 1.25 * float(median([_sd(r) for r in regular])) / float(np.sqrt(len(regular)))


def _pace(j: Judged) -> str | None:
    """Return what the regular reps were as a whole, where the goal was missed as a whole."""
    found = _off_goal(j)
    if found is None or j.plan.goal is None:
        return None
    low, high = j.plan.band
    middle, sd = found
    if j.is_unplanned_mix:
        return _kind_by_kind(j)
    if j.is_mixed:
        if low - 2.0 * sd <= middle <= high + 2.0 * sd:
            return None
        how = "slower" if middle > 1.0 else "quicker"
        return (
            f"The regular reps were {100 * abs(middle - 1.0):.0f} % {how} than their targets (median):"
            f" check {'the first 200 m of each against the clock' if _is_marked(j) else 'your pace early in each'}."
        )
    time_s = middle * j.goal_s
    said = f"The regular reps were run in {j.told(time_s)}{j.usual.per} (median), {j.apart(time_s, j.goal_s)}"
    if middle > high + 2.0 * sd:
        return (
            f"{said} outside goal: next time aim for even reps at {clock((time_s + j.goal_s) / 2)}"
            " and come down to goal from there."
        )
    if middle < low - 2.0 * sd:
        return f"{said} inside goal: hold back to {clock(j.goal_s)}, or race soon and set a new goal."
    return None


def _is_marked(j: Judged) -> bool:
    """Return whether every rep is long enough, and by distance, for a time at 200 m."""
    return all(row.nominal_distance_m >= 400.0 for row in j.regular())


def _kind_by_kind(j: Judged) -> str | None:
    """Return how reps of several kinds, that nobody named a plan for, were run beside one goal."""
    by_kind: dict[str, list[RepResult]] = {}
    for row in j.regular():
        by_kind.setdefault(row.rep_kind or "", []).append(row)
    off = {kind: float(median([r.time_s / r.target_s for r in rows])) - 1.0 for kind, rows in by_kind.items()}
    low, high = j.plan.band
    if len(off) > _MOST_KINDS or all(low <= 1.0 + share <= high for share in off.values()):
        return None
    said = [
        f"{kind} {100 * abs(share):.0f} % {'slower' if share > 0 else 'quicker'}"
        if round(100 * abs(share))
        else f"{kind} at it"
        for kind, share in off.items()
    ]
    return f"Against goal pace: {listed(said)}. Name the pace of each in a plan, and it is held against that."


def _single(j: Judged) -> str | None:
    """Return the reps that were off one by one, where the goal was met as a whole."""
    if j.plan.goal is None:
        return _uneven(j)
    if _pace(j):
        return None
    low, high = j.plan.band
    regular = [r for r in j.regular() if isfinite(r.pace_score)]
    slow = [r for r in regular if r.time_s / r.target_s > high + _SURE_SD * _sd(r)]
    first = 0
    if _start(j):
        first = j.plan.rules.start_reps if isfinite(j.pace.start_score) else 1
    # Nobody is blamed for what was left at the end.
    last = len(j.plan.steps)
    fast = [
        r for r in regular if r.time_s / r.target_s < low - _SURE_SD * _sd(r) and first < (r.planned_rep or 0) < last
    ]
    late = j.plan.rules.budget_reps[0]
    if slow and _is_fading(j) and all((r.planned_rep or 0) >= late for r in slow):
        return None
    slow_lost, fast_lost = (sum(100.0 - r.pace_score for r in some) / max(len(regular), 1) for some in (slow, fast))
    lost, found, word = (slow_lost, slow, "outside") if slow_lost >= fast_lost else (fast_lost, fast, "inside")
    if not found or j.pace.is_coarse or lost < _WORTH_SAYING:
        return None
    who = reps([r.planned_rep or 0 for r in found])
    verb = "was" if len(found) == 1 else "were"
    if j.usual.is_pace:
        off = span([r.deviation_s for r in found])
        return f"{who} {verb} {off} {word} goal: settle at {clock(j.goal_s)}{j.usual.per}."
    mark_m = min(200.0, j.usual.metres / 2.0)
    return (
        f"{who} {verb} {span([r.deviation_s for r in found])} {word} goal:"
        f" check the clock at {mark_m:.0f} m ({clock(j.goal_s * mark_m / j.usual.metres)}) and settle there."
    )


def _uneven(j: Judged) -> str | None:
    low, high = j.plan.band
    regular = [
        r for r in j.regular() if not low - _SURE_SD * _sd(r) <= r.time_s / r.target_s <= high + _SURE_SD * _sd(r)
    ]
    total = len(j.regular())
    if j.is_mixed or total < 4 or len(regular) < 2 or (isfinite(j.pace.start_score) and j.pace.start_score < 100.0):
        return None
    times = [r.time_s / r.scored_distance_m * j.usual.metres for r in j.regular()]
    return (
        f"{len(regular)} of {total} regular reps were more than 2 % off your own median"
        f" ({clock(min(times))} to {clock(max(times))}): aim for {clock(j.goal_s)} in each."
    )


def _is_fading(j: Judged) -> bool:
    ratio, sd = j.pace.budget_ratio, j.pace.budget_ratio_sd
    return isfinite(ratio) and ratio > 1.0 + max(_DRIFT, _SURE_SD * sd)


def _fading(j: Judged) -> str | None:
    if not _is_fading(j) or j.is_mixed or j.is_unplanned_mix:
        return None
    first, last = j.plan.rules.budget_reps
    late = j.regular(first, last)
    late_s = float(np.mean([r.time_s / r.target_s for r in late])) * j.goal_s
    middle_s = late_s / j.pace.budget_ratio
    return (
        f"{reps([r.planned_rep or 0 for r in late])} averaged {j.told(late_s)}{j.usual.per},"
        f" {j.apart(late_s, middle_s)} slower than {numbers(j.pace.middle_reps)}: save a little in the first half for"
        " the last reps."
    )


def _slowing(j: Judged) -> str | None:
    """Return the positive split: reps begun quicker than they are ended."""
    regular = {(r.planned_rep, r.run_rep) for r in j.regular() if abs(r.nominal_distance_m - j.usual.metres) < 1.0}
    by_rep: dict[tuple[int | None, int | None], list[SplitResult]] = {}
    for split in j.inside:
        by_rep.setdefault((split.planned_rep, split.run_rep), []).append(split)
    halves = []
    for name, parts in by_rep.items():
        whole = max(part.end_m for part in parts)
        first = sum(p.time_s for p in parts if p.end_m <= whole / 2.0 + 1.0)
        second = sum(p.time_s for p in parts if p.start_m >= whole / 2.0 - 1.0)
        covered = sum(p.end_m - p.start_m for p in parts)
        if name in regular and whole > j.usual.metres - 1.0 and covered > whole - 1.0 and len(parts) % 2 == 0:
            halves.append((first, second, parts[0].time_sd_s))
    if len(halves) < _FEWEST_HALVES:
        return None
    first_s, second_s, sd_s = (float(median([half[i] for half in halves])) for i in range(3))
    if second_s - first_s < max(_SLOWING * first_s, 2.0 * sd_s):
        return None
    whose = "reps" if are_alike(j.regular()) else f"reps of {j.usual.metres:.0f} m"
    return (
        f"Within the {whose} you slow down, {first_s:.1f} s for the first {j.usual.metres / 2:.0f} m and"
        f" {second_s:.1f} s for the second (median): begin each at {(first_s + second_s) / 2:.1f} s."
    )


def _hammers(j: Judged) -> list[str]:
    sentences = []
    for hammer in j.hammer_results:
        if hammer.verdict == "all out":
            continue
        if hammer.wrong_rep is not None:
            sentences.append(
                f"Rep {hammer.wrong_rep} was run as the hammer, not {hammer.planned_rep}: count the rounds aloud,"
                f" or name the steps on the watch (kastor plan export)."
            )
        elif _is_held_back(j, hammer):
            sentences.append(_held_back(j, hammer))
    held = [h for h in j.hammer_results if _is_held_back(j, h)]
    if len(held) < 2 or any(h.wrong_rep for h in j.hammer_results):
        return sentences
    who = numbers([h.planned_rep for h in held])
    gains = [max(0, round(100 * h.gain)) for h in held]
    rule = f"run them all out, near {clock(_full_hammer_s(j))}."
    none = [h.planned_rep for h, gain in zip(held, gains, strict=True) if gain == 0]
    some = [(h.planned_rep, gain) for h, gain in zip(held, gains, strict=True) if gain > 0]
    if none and some:
        sizes = listed([f"{n} only {gain} %" for n, gain in some])
        return [f"Hammer {numbers(none)} was no quicker than your regular reps, {sizes}: {rule}"]
    if none:
        return [f"Hammers {who} were no quicker than your regular reps: {rule}"]
    told = [f"{gain} %" for gain in (gains[:1] if len(set(gains)) == 1 else gains)]
    only = "only " if max(gains) < _ONLY_PER_CENT else ""
    return [f"Hammers {who} were {only}{listed(told)} quicker than your regular reps: {rule}"]


def _is_held_back(j: Judged, hammer: HammerResult) -> bool:
    """Return whether a hammer was surely not all out: not even with two standard deviations in its favour."""
    rules, (zero, full) = j.plan.rules, j.plan.hammer_gain
    if hammer.verdict in ("all out", "missing") or not isfinite(hammer.gain):
        return False
    asked = (rules.hammer_all_out - rules.hammer_rank_weight) / rules.hammer_gain_weight
    gain_sd = hammer.gain_sd if isfinite(hammer.gain_sd) else 0.0
    return hammer.gain + 2.0 * gain_sd < zero + asked * (full - zero)


def _held_back(j: Judged, hammer: HammerResult) -> str:
    regular_s = _median_s(j)
    quicker_s = hammer.gain * regular_s
    unsure = isfinite(hammer.gain_sd) and abs(hammer.gain) <= hammer.gain_sd
    if hammer.gain <= 0 or unsure:
        text = f"Hammer {hammer.planned_rep} was no quicker than your regular {clock(regular_s)}"
    else:
        quicker = j.apart(regular_s, regular_s - quicker_s)
        text = f"Hammer {hammer.planned_rep} was {quicker} quicker than your regular {clock(regular_s)}"
    return f"{text}: it is the one to run all out, near {clock(_full_hammer_s(j))}."


def _median_s(j: Judged) -> float:
    """Return the median regular rep over the usual distance."""
    return j.pace.median_pace_s_per_m * j.usual.metres


def _full_hammer_s(j: Judged) -> float:
    """Return the time at which a hammer's gain part is full."""
    return _median_s(j) * (1.0 - j.plan.hammer_gain[1])


def _another_session(j: Judged) -> str | None:
    """Return that what was run is not what was planned: then nothing else is worth saying."""
    total = len(j.plan.steps)
    run = sum(r.planned_rep is not None and r.status != "missing" for r in j.results)
    others = sum(r.status == "extra" for r in j.results)
    if run and others >= run and run < total:
        return (
            f"Of the {others + run} reps run only {run} could be any of the {total} that were planned: was another"
            " session planned?"
        )
    if not run and others:
        return f"None of the {total} planned reps was found in this recording: was another session planned?"
    return None


def _missing(j: Judged) -> str | None:
    missing = [r.planned_rep or 0 for r in j.results if r.status == "missing" and r.planned_rep]
    aborted = [r.planned_rep or 0 for r in j.results if r.status == "aborted" and r.planned_rep]
    if aborted and not missing:
        verb = "was" if len(aborted) == 1 else "were"
        return f"{reps(aborted)} {verb} cut short: better a second slower and to the line."
    if not missing:
        return None
    total = len(j.plan.steps)
    if missing == list(range(missing[0], total + 1)):
        run = missing[0] - 1
        if len(missing) <= _FEW_MISSING:
            how = f"start a little easier, so that {numbers(missing)} can follow"
        else:
            how = f"add one or two a week, or plan {run}{f' (--reps {run})' if j.plan.is_kastor else ''}"
        return f"You ran {run} of {total} reps: {how}."
    verb = "is" if len(missing) == 1 else "are"
    them = "it" if len(missing) == 1 else "them"
    return f"{reps(missing)} {verb} missing: if you ran {them}, press lap next time; if not, keep count of the rounds."


def _easy(j: Judged) -> str | None:
    clauses = []
    for name, seconds in (("warm-up", j.structure.warmup_s), ("cool-down", j.structure.cooldown_s)):
        if isfinite(seconds) and seconds < _SHORT_EASY_S:
            how_long = f"{seconds / 60:.0f} min of easy running" if seconds >= 30 else "no easy running"
            clauses.append(f"{how_long} in the {name}")
    if not clauses:
        return None
    text = listed(clauses)
    return f"{sentence(text)}: ten minutes before and after make the reps safer and the next day better."


def _praise(j: Judged) -> str | None:
    overall, pace = j.parts["overall"], j.parts["pace"]
    if j.plan.is_inferred or not isfinite(overall):
        if isfinite(pace) and pace >= _GOOD and j.plan.goal is None and len(j.regular()) >= 3:
            how = ", each near the median of its distance" if j.is_mixed else f" around {clock(j.goal_s)}{j.usual.per}"
            return f"Evenly run: {count(len(j.regular()), 'regular rep')}{how}."
        return None
    if overall < _GOOD:
        return None
    on = sum(r.pace_verdict == "on" for r in j.regular())
    if j.pace.is_coarse:
        near = "near their targets" if j.is_mixed else f"around {clock(_median_s(j))}{j.usual.per}"
        text = f"Well run, as far as this recording can tell: the regular reps {near}"
    else:
        text = f"Well run: {on} of {count(len(j.regular()), 'regular rep')} on pace"
    if j.hammer_results and all(h.verdict == "all out" for h in j.hammer_results):
        text += f", the hammer{'s' if len(j.hammer_results) > 1 else ''} all out"
    if j.parts["rest"] >= REST_WORTH_SAYING:
        text += ", the rests as meant"
    return f"{text}. Do the same again next time."


def _sd(row: RepResult) -> float:
    return row.time_sd_s / row.target_s if isfinite(row.time_sd_s) else 0.0
