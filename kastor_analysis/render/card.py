"""The card for before the run: targets, passing times, rests and hammers of a plan, for a terminal and for paper.

Conventions: consecutive steps that ask for the same are one row; passing times are what an even rep shows at the marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import isfinite, nan

from .._version import __version__
from ..goal import equivalent_time_s, race_name, riegel_time_s
from ..plan import Plan
from ..shown.numbers import clock, pace, planned_rest, rep_distance
from ..steps import Step
from ..words.escapes import shown_html


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One row: reps that ask for the same."""

    reps: str
    is_hammer: bool
    what: str
    target_s: float
    passing: tuple[tuple[float, float], ...]
    """Marks (m) and when they are passed (s), the end left out."""
    rest: str


def card_rows(plan: Plan) -> tuple[CardRow, ...]:
    """Return the rows of a plan's card."""
    rows = []
    for _, group in groupby(plan.steps, key=lambda step: _alike(step, plan)):
        steps = list(group)
        first, last = steps[0].planned_rep, steps[-1].planned_rep
        rows.append(
            CardRow(
                reps=f"{first}" if first == last else f"{first}-{last}",
                is_hammer=steps[0].is_hammer,
                what=rep_distance(steps[0].distance_m) or clock(steps[0].duration_s),
                target_s=plan.target_of(steps[0]),
                passing=_passing(steps[0], plan.target_of(steps[0])),
                rest=_rest(steps[0], plan),
            )
        )
    return tuple(rows)


def card_facts(plan: Plan) -> tuple[str, ...]:
    """Return the lines above and below the table: goal, band, what the goal is worth over the other race."""
    goal = plan.goal
    if goal is None:
        return ('No goal: times are left open (--goal "5k 20:00").',)
    low, high = plan.band
    facts = [f"Goal {goal.text}: {pace(goal.pace_s_per_km)}/km, {pace(goal.pace_s_per_km, 'mi')}/mi"]
    distances = {step.distance_m for step in plan.steps}
    if len(distances) == 1 and isfinite(metres := distances.pop()):
        facts.append(
            f"In band: {clock(low * goal.time_s(metres), 1)} to {clock(high * goal.time_s(metres), 1)}"
            f" for {rep_distance(metres)}"
        )
    race_m = float(goal.race_m or nan)
    if race_m in (5000.0, 10_000.0):
        other_m = 10_000.0 if race_m == 5000.0 else 5000.0
        time_s = goal.time_s(race_m)
        facts.append(
            f"Worth a {race_name(other_m)} of {clock(equivalent_time_s(race_m, time_s, other_m))} (Daniels and Gilbert)"
            f" or {clock(riegel_time_s(race_m, time_s, other_m))} (Riegel)"
        )
    return tuple(facts)


def card_text(plan: Plan) -> str:
    """Return the card as plain text, at most 80 columns wide."""
    rows = card_rows(plan)
    marks = _marks(rows)
    head = ["rep", "", "run", "target", *(f"{mark:.0f} m" for mark in marks), "rest"]
    table = [head]
    table += [
        [row.reps, "H" if row.is_hammer else "", row.what, _target_text(row)]
        + [clock(dict(row.passing).get(mark, nan)) for mark in marks]
        + [row.rest]
        for row in rows
    ]
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    lines = [plan.title, *card_facts(plan), ""]
    lines += ["  ".join(f"{cell:>{w}}" for cell, w in zip(cells, widths, strict=True)).rstrip() for cells in table]
    if plan.hammer:
        lines += ["", "H hammer rep: all you have got; its target is where its score is full."]
    lines += ["", *_order(plan)]
    return "\n".join(lines) + "\n"


def card_page(plan: Plan) -> str:
    """Return the card as one self-contained HTML page that prints on a quarter of a sheet."""
    rows = card_rows(plan)
    marks = _marks(rows)
    head = "".join(
        f"<th>{shown_html(text)}</th>" for text in ["rep", "run", "target", *(f"{m:.0f} m" for m in marks), "rest"]
    )
    body = []
    for row in rows:
        cells = [row.what, _target_text(row), *(clock(dict(row.passing).get(m, nan)) for m in marks), row.rest]
        mark = " <b>H</b>" if row.is_hammer else ""
        kind = ' class="hammer"' if row.is_hammer else ""
        body.append(
            f'<tr{kind}><th scope="row">{shown_html(row.reps)}{mark}</th>'
            + "".join(f"<td>{shown_html(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    title = shown_html(plan.title)
    facts = "".join(f"<p>{shown_html(fact)}</p>" for fact in card_facts(plan))
    order = "".join(f"<p>{shown_html(line)}</p>" for line in _order(plan))
    legend = "<p><b>H</b> hammer rep: all you have got.</p>" if plan.hammer else ""
    return _PAGE.format(
        version=__version__, title=title, facts=facts, head=head, body="\n".join(body), legend=legend, order=order
    )


def _order(plan: Plan) -> list[str]:
    """Return what stands around the main set; Kastor's own words for his session."""
    if not plan.is_kastor:
        return ["Before: 10-15 min easy.  After: 10-15 min easy."]
    return [
        "Before: 10-15 min easy, 5-10 min stretching, 5-10 min drills, a few strides.",
        "After: 10-15 min easy, 5-10 min light stretching.",
        "Do not sprint the first three: the session is won by even reps.",
    ]


def _alike(step: Step, plan: Plan) -> tuple[object, ...]:
    numbers = (step.distance_m, step.duration_s, step.target_s)
    last = step.planned_rep == len(plan.steps) and not step.is_hammer
    rest = () if last else (_rest(step, plan),)
    return (*(None if value != value else value for value in numbers), step.is_hammer, *rest)


def _target_text(row: CardRow) -> str:
    if not isfinite(row.target_s):
        return "all out" if row.is_hammer else "even"
    return f"{'near ' if row.is_hammer else ''}{clock(row.target_s, 0 if row.is_hammer else 1)}"


def _rest(step: Step, plan: Plan) -> str:
    return "-" if step.planned_rep == len(plan.steps) else planned_rest(plan.rest_after(step))


def _passing(step: Step, target_s: float) -> tuple[tuple[float, float], ...]:
    if not (isfinite(step.distance_m) and isfinite(target_s)):
        return ()
    every_m = 100.0 if step.distance_m <= 400.0 else 200.0 if step.distance_m <= 1200.0 else 400.0
    marks = []
    mark = every_m
    while mark < step.distance_m - 1.0:
        marks.append((mark, target_s * mark / step.distance_m))
        mark += every_m
    return tuple(marks)


def _marks(rows: tuple[CardRow, ...]) -> list[float]:
    """Return the marks of the table's columns, at most six."""
    marks = sorted({mark for row in rows for mark, _ in row.passing})
    if len(marks) > 6:
        marks = [mark for mark in marks if mark % 200.0 == 0][:6]
    return marks


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="kastor_analysis {version}">
<style>
body {{ font: 14px/1.35 system-ui, sans-serif; color: #111; background: #fff; margin: 1.5em; max-width: 46em; }}
h1 {{ font-size: 1.25em; margin: 0 0 .4em; }}
p {{ margin: .2em 0; }}
table {{ border-collapse: collapse; margin: .8em 0; font-variant-numeric: tabular-nums; }}
th, td {{ border: 1px solid #999; padding: .25em .6em; text-align: right; }}
thead th {{ background: #eee; }}
.hammer {{ font-weight: 600; background: #f4f4f4; }}
@media print {{ @page {{ margin: 1cm; }} body {{ margin: 0; }} }}
</style></head><body>
<h1>{title}</h1>
{facts}
<table><thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody></table>
{legend}
{order}
</body></html>
"""
