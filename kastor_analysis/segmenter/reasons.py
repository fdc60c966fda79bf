"""What speaks for an explanation, in words: the traits in which it is better than the others, weighed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .search import Ranked

MOST = 3
"""How many reasons are said."""
LEAST = 0.25
"""Smaller differences (nats) are none to speak of."""

WORDS: dict[str, tuple[str, str]] = {
    "number": ("more reps", "fewer reps"),
    "contrast_spread": ("its reps stand out unequally", "its reps stand out alike"),
    "faint": ("some reps hardly stand out", "no rep is faint"),
    "falls_apart_most": ("no rep holds a rest", "a rep holds a rest"),
    "over_easy": ("its reps are faster than the easy running", "its reps are hardly faster than the easy running"),
    "over_easy_least": (
        "even its slowest rep is faster than easy running",
        "its slowest rep is about as slow as easy running",
    ),
    "explained": ("accounts for more of the fast running", "leaves fast running unexplained"),
    "of_a_kind": ("its reps are of one kind", "its reps are of many kinds"),
    "lone": ("reps like no other", "no rep is like no other"),
    "even_distance": ("its reps are as long as each other", "its reps differ in length"),
    "speed_spread": ("its reps differ in speed", "its reps are run alike"),
    "two": ("two reps", "not just two reps"),
    "three": ("three reps", "not just three reps"),
    "rhythm": ("its rests keep a rhythm", "its rests keep no rhythm"),
    "rest_turns": ("its rests recur in turn", "its rests do not recur in turn"),
    "longest_rest": ("a long break among its reps", "no long break among its reps"),
    "rest_speed": ("its rests are run", "its rests are stood or walked"),
    "shortest_rest": ("every rest is long enough to be one", "a rest of a few seconds"),
    "from_start": ("begins with the recording", "does not begin with the recording"),
    "from_start_slow": ("begins with the recording, slower", "does not begin with slow running"),
    "to_end_slow": ("ends with the recording, slower", "does not end with slow running"),
    "to_end": ("ends with the recording", "does not end with the recording"),
    "first_slow": ("its first rep is slower than the others", "its first rep is as fast as the others"),
    "first_unlike_next": ("its first rep is unlike its second", "its first rep is like its second"),
    "last_unlike_next": ("its last rep is unlike the one before", "its last rep is like the one before"),
    "last_slow": ("its last rep is slower than the others", "its last rep is as fast as the others"),
    "last_longer": ("its last rep is longer than the others", "its last rep is no longer than the others"),
    "odds": ("its reps are like each other", "its reps are less like each other"),
    "odds_in_all": ("its reps are like each other", "its reps are less like each other"),
    "regret": ("other stretches fit its reps better", "nothing fits its reps better"),
    "left_best": ("leaves a stretch that fits as well", "leaves nothing that fits as well"),
    "left_standing_out": ("leaves what stands out among its reps", "leaves nothing that stands out among its reps"),
    "left_strong": ("leaves stretches as fast as its reps", "leaves nothing as fast as its reps"),
    "pressed": ("laps were pressed for its reps", "no laps were pressed for its reps"),
    "not_pressed": ("reps that nobody pressed for", "every rep was pressed for"),
    "lap_contrast": ("its laps are faster than those beside them", "its laps are no faster than those beside them"),
    "press_inside": ("presses inside its reps", "no presses inside its reps"),
    "fast_laps_left": ("leaves laps that were run fast", "leaves no lap that was run fast"),
    "called_rest": ("takes laps called rest for reps", "no rep is a lap called rest"),
    "called_rep": ("its laps are called reps", "its laps are not called reps"),
    "reps_called_left": ("leaves laps that are called reps", "leaves no lap that is called a rep"),
    "long_slower": ("its long reps are too slow beside its short ones", "its long reps are as fast as its short ones"),
    "heart_spread": ("the heart ends its reps unequally high", "the heart ends its reps equally high"),
    "heart_rise": ("the heart rises in its reps", "the heart hardly rises in its reps"),
    "round_distance": ("its reps are of round distances", "its reps are of no round distance"),
    "planned": ("its reps are what the plan asks for", "its reps are not what the plan asks for"),
    "planned_number": ("as many reps as planned", "not as many reps as planned"),
}
"""What is said of an explanation that has more of a trait than the others, and of one that has less."""


def reasons(best: Ranked, row: int, others: Sequence[int], *, against: bool = False) -> tuple[str, ...]:
    """Return what speaks most for an explanation beside the others; against it, where asked."""
    if not others:
        return ()
    gains: dict[str, tuple[float, bool]] = {}
    for name, weight in zip(best.weights.names, best.weights.weights.tolist(), strict=True):
        values = best.values[name]
        more = float(values[row] - np.mean(values[list(others)]))
        gains[name] = ((-1.0 if against else 1.0) * weight * more, more > 0.0)
    said: list[str] = []
    for name, (gain, more) in sorted(gains.items(), key=lambda item: -item[1][0]):
        if gain < LEAST or len(said) >= MOST:
            break
        words = WORDS[name][0 if more else 1]
        if words not in said:
            said.append(words)
    return tuple(said)
