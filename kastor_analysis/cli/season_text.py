"""The season as text: tables that read at 80 columns, in a pipe and without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..season.figures import STRIDES, is_mixed, is_timed
from ..season.squad import LAST_WEEKS
from ..season.trends import METRICS, WEEKS_A_MONTH
from ..shown.cells import shortened, text_table
from ..shown.numbers import clock, distance, hard_share, number, pace, pace_with_unit, signed, target
from ..shown.threshold import told
from ..words import counted
from ..words.escapes import shown
from ..words.vocabulary import COLUMNS, HAMMER, pace_column

if TYPE_CHECKING:
    import pandas as pd

    from ..quantities.lengths import Units
    from ..season.compare import Comparison
    from ..season.reading import SeasonReader

WIDTH = 80  # of the usual terminal
_MISSING = "-"
_NAME_MAX = 10
_LABEL_MAX, _LABEL_MIN = 20, 12
_EMPTY_WEEKS_SHOWN = 3
"""A longer gap without runs (an injury, a winter) is one line."""


_LISTED = (
    "activity_id", "athlete", "date", "is_session", "plan_name", "rep_kind", "rep_distance_m", "median_regular_s",
    "median_regular_sd_s", "target_s", "spread_s", "hammer_gain", "rest_on_share", "score_overall", "distance_m",
    "elapsed_s",
)  # fmt: skip


def sessions_text(table: pd.DataFrame, *, with_athlete: bool, units: Units = "km") -> str:
    """Return the sessions, one a line; a run without reps shows its distance and time."""
    if table.empty:
        return "No sessions yet."
    head = ["No", "Date", "Session", "Median", "Target", "Spread", "Hammer", "Rests", "Score"]
    rows = []
    for row in _rows(table[list(_LISTED)]):
        label = row.plan_name if row.is_session else f"run {distance(row.distance_m, units)}, {clock(row.elapsed_s)}"
        digits = 1 if isfinite(row.median_regular_sd_s) and row.median_regular_sd_s < 1.0 else 0
        cells = [
            str(row.activity_id),
            f"{row.date:%Y-%m-%d}",
            shortened(str(label), _LABEL_MAX),
            _median(row, digits, units) if row.is_session else _MISSING,
            target(row.target_s, missing=_MISSING),
            number(row.spread_s, 1, missing=_MISSING),
            _percent(row.hammer_gain, sign=True),
            _percent(row.rest_on_share),
            number(row.score_overall, missing=_MISSING),
        ]
        if with_athlete:
            cells.insert(2, shortened(str(row.athlete), _NAME_MAX))
        rows.append(cells)
    if with_athlete:
        head.insert(2, "Athlete")
        # The squad's table has no room for these.
        for name in ("Spread", "Hammer"):
            place = head.index(name)
            rows = [[*row[:place], *row[place + 1 :]] for row in rows]
            del head[place]
    table_text = _table(head, rows, left={"Date", "Session", "Athlete"})
    over = max(map(len, table_text.splitlines())) - WIDTH
    if over > 0:
        place = head.index("Session")
        room = max(max(len(row[place]) for row in rows) - over, _LABEL_MIN)
        rows = [[*row[:place], shortened(row[place], room), *row[place + 1 :]] for row in rows]
        table_text = _table(head, rows, left={"Date", "Session", "Athlete"})
    return table_text


def trends_lines(season: SeasonReader, athlete: str) -> list[str]:
    """Return what is worth a sentence under the list: the trend and what it rests on, and the weeks over the line."""
    lines = []
    (alike, kind), headline = season.likened(athlete), season.headline(athlete)
    if headline.metric.name == "pace":
        lines += [f"{headline}.", *_rests_on(headline.basis)]
        lines.append(f"Charts of reps are of the {len(alike)} sessions of {kind}.")
    elif len(alike) >= 2:
        lines += [f"{len(alike)} sessions of {kind}. {headline}.", *_rests_on(headline.basis)]
    if left_out := left_out_text(season, athlete):
        lines.append(left_out)
    weeks = season.weeks(athlete)
    over = weeks[weeks["verdict"] == "over the line"]
    if len(over):
        named = ", ".join(
            f"{row.week:%Y-%m-%d} ({hard_share(row.hard_share_time)} hard)" for row in _rows(over.tail(3))
        )
        more = f"{len(over)} in all, the last: " if len(over) > 3 else ""
        lines.append(f"Weeks over the 80/20 line: {more}{named}.")
    return ["", *(textwrap.fill(line, WIDTH) for line in lines)] if lines else []


def trends_text(season: SeasonReader, athlete: str, distance_m: float | None = None) -> str:
    """Return every trend of a runner, a sentence each, what they rest on, and what is left out."""
    found = season.trends(athlete=athlete, distance_m=distance_m)
    alike, kind = season.likened(athlete, distance_m)
    is_first = found["metric"] == "pace"
    lines = [sentence for row in _rows(found[is_first]) for sentence in (f"{row.sentence}.", *_rests_on(row.basis))]
    others = found[~is_first & (found["n"] > 0)]
    if alike:
        sessions = f"{counted(len(alike), 'session')} of {kind}"
        lines += [*([""] if lines else []), f"{sessions}:", *(f"{sentence}." for sentence in others["sentence"])]
        lines += _rests_on(others["basis"].iloc[0] if len(others) else "")
    if left_out := left_out_text(season, athlete, distance_m):
        lines += ["", left_out]
    return (
        "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in lines) if lines else "No sessions yet."
    )


def _rests_on(basis: str) -> list[str]:
    return [f"It rests on {basis}."] if basis else []


def left_out_text(season: SeasonReader, athlete: str, distance_m: float | None = None) -> str:
    """Return which sessions are not compared, by their kind; nothing where all are."""
    others = season.left_out(athlete, distance_m)
    if not others:
        return ""
    counted = ", ".join(f"{kind} {n}" for kind, n in others.items())
    return f"Not compared with these: {sum(others.values())} of other kinds ({counted}); --kind or --like chooses."


def other_sports_lines(others: Mapping[str, int]) -> list[str]:
    """Return what is there of other sports, and not in any list, in one line; none where there is nothing."""
    if not others:
        return []
    counted = ", ".join(f"{shown(sport)} {n}" for sport, n in others.items())
    return ["", textwrap.fill(f"Other sports, left out: {counted}.", WIDTH)]


def weeks_text(table: pd.DataFrame, units: Units = "km") -> str:
    """Return the weeks, one a line, with their hard share by time, distance and runs."""
    if table.empty:
        return "No runs yet."
    several = table["athlete"].nunique() > 1
    head = ["Week of", "Runs", "Time", "Distance", "Hard", f"of {units}", "of runs", "Unknown", ""]
    rows = []
    for (athlete, is_empty), group in groupby(_rows(table), key=lambda row: (row.athlete, not row.runs)):
        weeks = list(group)
        if is_empty and len(weeks) > _EMPTY_WEEKS_SHOWN:
            cells = [[f"{len(weeks)} weeks", "0", *([_MISSING] * 6), ""]]
        else:
            cells = [_week_cells(row, units) for row in weeks]
        rows += [[shortened(str(athlete), _NAME_MAX), *line] for line in cells] if several else cells
    head = ["Athlete", *head] if several else head
    note = (
        f"Hard: which share of the known time, of the distance (of {units}) and of the runs was hard; Unknown: the "
        "share of the time that neither heart rate nor speed tells of. Easy is under 80 % of VO2max, hard over it; the "
        "threshold is at 87 %."
    )
    thresholds = [
        textwrap.fill(f"{f'{athlete}: ' if several else ''}{told(own, units)}", WIDTH, subsequent_indent="  ")
        for athlete, own in table.groupby("athlete", sort=False)
    ]
    said = "\n".join([*thresholds, textwrap.fill(note, WIDTH)])
    return f"{_table(head, rows, left={'Week of', 'Athlete', ''})}\n\n{said}"


_WEEK_WORDS = {"within the line": "", "intensity unknown": "unknown"}


def _week_said(row: Any) -> str:
    """Return the verdict on a week; of one with too few runs for a verdict, what its shares are of."""
    if row.verdict == "too few runs":
        return f"{'one run' if row.runs == 1 else f'{row.runs} runs'} only"
    return str(_WEEK_WORDS.get(row.verdict, row.verdict))


def _week_cells(row: Any, units: Units) -> list[str]:
    return [
        f"{row.week:%Y-%m-%d}",
        str(row.runs),
        clock(row.moving_s) if row.runs else _MISSING,
        distance(row.distance_m, units) if row.runs else _MISSING,
        hard_share(row.hard_share_time, missing=_MISSING),
        _percent(row.hard_share_distance),
        _percent(row.hard_share_runs),
        _percent(1.0 - row.known_share),
        _week_said(row) if row.runs else "",
    ]


def reps_text(table: pd.DataFrame, units: Units = "km") -> str:
    """Return reps, one a line; several sessions one below the other."""
    several = table["athlete"].nunique() > 1
    numbers = table["activity_id"].to_numpy()
    ends = [*(i for i, (first, second) in enumerate(pairwise(numbers), 1) if first != second), len(numbers)]
    keys = ("rep", "time", "off", "", "pace", "heart", "rest", "ratio", "")
    head = [pace_column(units).head if key == "pace" else COLUMNS[key].head if key else "" for key in keys]
    named = table[list(_OF_REP)].assign(planned_rep=table["planned_rep"].astype("float64"))
    rows = list(_rows(named.astype(dict.fromkeys(_WORDS_OF_REP, object))))
    parts, start = [], 0
    for end in ends:
        session = rows[start:end]
        digits = 0 if any(row.time_sd_s > 1.0 for row in session) else 1
        hammers = f"   ({HAMMER} hammer rep)" if any(row.is_hammer for row in session) else ""
        whose = f"  {session[0].athlete}" if several else ""
        cells = [_rep_cells(row, digits, units) for row in session]
        parts.append(f"{session[0].date:%Y-%m-%d}{whose}{hammers}\n{_table(head, cells, left={''})}")
        start = end
    return "\n\n".join(parts)


_WORDS_OF_REP = ("athlete", "status", "pace_verdict", "rest_verdict")
_OF_REP = (
    *_WORDS_OF_REP, "date", "planned_rep", "is_hammer", "time_s", "time_sd_s", "deviation_s", "pace_s_per_km",
    "heart_rate_avg_bpm", "rest_s", "rest_ratio",
)  # fmt: skip


def _rep_cells(row: Any, digits: int, units: Units) -> list[str]:
    return [
        f"{_whole(row.planned_rep)}{f' {HAMMER}' if row.is_hammer else ''}",
        clock(row.time_s, digits, missing=str(row.status)),
        signed(row.deviation_s, digits, missing=_MISSING),
        _word(row.pace_verdict),
        pace(row.pace_s_per_km, units, missing=_MISSING),
        number(row.heart_rate_avg_bpm, missing=_MISSING),
        clock(row.rest_s, missing=_MISSING),
        number(row.rest_ratio, 2, missing=_MISSING),
        _word(row.rest_verdict),
    ]


def comparison_text(found: Comparison, units: Units = "km") -> str:
    """Return two sessions rep by rep."""
    rows = [
        [
            f"{_whole(row.planned_rep)}{f' {HAMMER}' if row.is_hammer else ''}",
            clock(row.time_a_s, 1, missing=_MISSING),
            clock(row.time_b_s, 1, missing=_MISSING),
            signed(row.difference_s, 1, missing=_MISSING),
            f"± {row.difference_sd_s:.1f}" if isfinite(row.difference_sd_s) else "",
            _word(row.verdict),
        ]
        for row in _rows(found.reps)
    ]
    head = ["Rep", *_heads(found), "Diff", "sd", ""]
    said = f"{found}.{_medians(found, units)}"
    return f"{_table(head, rows, left={''})}\n\n{textwrap.fill(said, WIDTH)}"


def comparisons_text(found: Mapping[str, Comparison | str], units: Units = "km") -> str:
    """Return each runner's two sessions, one runner a line; of one who has none to compare, why."""
    rows, reasons = [], []
    for name, item in found.items():
        if isinstance(item, str):
            reasons.append(f"{name}: {item}")
            continue
        first_s, second_s = item.medians_s
        a_km = 1000.0 / item.distance_m
        sd_s = item.median_difference_sd_s
        cells = [shortened(name, _NAME_MAX), item.label_a[:10], clock(first_s, 1, missing=_MISSING), item.label_b[:10]]
        cells += [clock(second_s, 1, missing=_MISSING), pace_with_unit(second_s * a_km, units, missing=_MISSING)]
        cells += [signed(item.median_difference_s, 1, missing=_MISSING), number(1.96 * sd_s, 1), item.verdict]
        rows.append(cells)
    head = ["Athlete", "First", "Median", "Second", "Median", "", "Diff", "±", ""]
    table = _table(head, rows, left={"Athlete", ""}) if rows else ""
    note = "Diff: seconds a regular rep, rep by rep; ±: its 95 %." if rows else ""
    return "\n\n".join(part for part in (table, "\n".join(reasons), note) if part)


def squad_text(table: pd.DataFrame, units: Units = "km") -> str:
    """Return the squad, one runner a line: the latest session, the trend, the last weeks."""
    if table.empty:
        return "No athletes yet."
    rows = []
    for row in _rows(table):
        digits = 1 if isfinite(row.median_regular_sd_s) and row.median_regular_sd_s < 1.0 else 0
        rows.append(
            [
                shortened(str(row.athlete), _NAME_MAX),
                f"{row.date:%Y-%m-%d}" if row.date == row.date else _MISSING,
                shortened(row.rep_kind, 9) if isinstance(row.rep_kind, str) else _MISSING,
                _median(row, digits, units),
                signed(row.deviation_s, digits, missing=_MISSING),
                number(row.score_overall, missing=_MISSING),
                _slope(row),
                distance(row.weekly_distance_m, units, missing=_MISSING) if row.weekly_distance_m else f"0 {units}",
                _percent(row.hard_share_time),
            ]
        )
    head = ["Athlete", "Latest", "Reps", "Median", "Off", "Score", "A month", "A week", "Hard"]
    notes = (
        "Off: median less target, in seconds. A month: what the pace of all kinds of session changes (%), of one kind "
        "its median rep (s), and whether it is more than noise. "
        f"A week, Hard: over the last {LAST_WEEKS} weeks."
    )
    return f"{_table(head, rows, left={'Athlete', 'Latest'})}\n\n{textwrap.fill(notes, WIDTH)}"


def overlay_text(table: pd.DataFrame) -> str:
    """Return one session of several runners, a runner a line, and what is to be seen in it."""
    rows = []
    for row in _rows(table):
        before = " ".join(f"{_tenths(fade):>4}" for fade in row.fades_before[-3:])
        rests = f"{row.rests_short} of {row.rests}" if row.rests else _MISSING
        rows.append(
            [
                shortened(str(row.athlete), _NAME_MAX),
                f"{row.date:%m-%d}",
                str(row.reps),
                _tenths(row.off_share),
                _tenths(row.fade_share),
                row.held,
                rests,
                number(row.rest_target_ratio, 2, missing=_MISSING),
                before or _MISSING,
            ]
        )
    head = ["Athlete", "Day", "Reps", "Off %", "Fade %", "", "Short", "Rest", "Faded before"]
    notes = (
        "Off: the median regular rep off the runner's own target. Fade: the last third of the regular reps over the "
        "first; told where it is more than 1 % and more than their scatter. Short: rests too short; Rest: the usual "
        "rest over the planned one. Faded before: in the sessions of this kind before it."
    )
    kinds = ", ".join(table["rep_kind"].dropna().unique()) or "reps"
    day = f"{table['date'].max():%Y-%m-%d}" if len(table) else ""
    return f"{day}, {kinds}\n{_table(head, rows, left={'Athlete', 'Day', ''})}\n\n{textwrap.fill(notes, WIDTH)}"


def _tenths(share: float) -> str:
    return signed(100.0 * share, 1, missing=_MISSING)


def _median(row: Any, digits: int, units: Units) -> str:
    """Return a session's median as the time over its distance; of reps by time, ladders and strides as a pace."""
    if is_timed(row.rep_kind) or is_mixed(row.rep_kind) or row.rep_kind == STRIDES:
        return pace_with_unit(1000.0 * row.median_regular_s / row.rep_distance_m, units, missing=_MISSING)
    return clock(row.median_regular_s, digits, missing=_MISSING)


def _slope(row: Any) -> str:
    if row.verdict == "too few sessions":
        return f"few ({row.trend_sessions})"
    metric = METRICS[row.trend_metric]
    return f"{signed(metric.scale * row.slope_per_week * WEEKS_A_MONTH, 1)} {metric.unit} {row.verdict}"


def _heads(found: Comparison) -> list[str]:
    """Return the days of two sessions, or, of one day, whose they are."""
    labels = (found.label_a, found.label_b)
    days = [label[:10] for label in labels]
    return days if days[0] != days[1] else [shortened(label[11:], _NAME_MAX) for label in labels]


def _medians(found: Comparison, units: Units) -> str:
    """Return the two medians with their paces, as a sentence."""
    a_km = 1000.0 / found.distance_m
    if not all(isfinite(time_s * a_km) for time_s in found.medians_s):
        return ""
    first, second = (f"{clock(time_s, 1)} ({pace_with_unit(time_s * a_km, units)})" for time_s in found.medians_s)
    return f" Median regular rep {first}, then {second}."


def goals_text(table: pd.DataFrame, units: Units = "km") -> str:
    """Return the goals, one a line."""
    if table.empty:
        return "No goals yet."
    rows = [
        [str(row.athlete), f"{row.since:%Y-%m-%d}" if row.since == row.since else "all along", row.goal,
         pace_with_unit(row.pace_s_per_km, units)]
        for row in _rows(table)
    ]  # fmt: skip
    return _table(["Athlete", "Since", "Goal", "Pace"], rows, left={"Athlete", "Since", "Goal"})


def _rows(table: pd.DataFrame) -> Iterable[Any]:
    return table.itertuples()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: set[str]) -> str:
    return "\n".join(text_table(head, rows, left=left))


def _percent(share: float, *, sign: bool = False) -> str:
    if not isfinite(share):
        return _MISSING
    return f"{100 * share:+.0f} %" if sign else f"{100 * share:.0f} %"


def _whole(value: Any) -> str:
    return _MISSING if value is None or value != value else str(int(value))


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
