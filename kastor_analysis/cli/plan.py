"""``kastor plan``: recipes listed, shown and checked; the card for the track and the workout for the watch.

Conventions: a plan is named by a recipe (``kastor`` unless said), by a TOML file, or written out (``8x400 r60``); a
goal as in ``analyze``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..athlete import ATHLETES_FILE
from ..errors import KastorError
from ..files.saving import PAGE, Saver
from .options import FORCE
from .running import FAILED, say, tell

if TYPE_CHECKING:
    from ..plan import Plan

_HELP = {"help_option_names": ["-h", "--help"]}


def _goal_options(command: Any) -> Any:
    for option in (
        click.option("--reps", type=click.IntRange(1, 200), metavar="N", help="Kastor's session in a short form."),
        click.option("--athlete", metavar="NAME", help="Take the goal of the day from athletes.toml."),
        click.option("--goal", metavar="TEXT", help='What you train for: "5k 20:00", "10k 42:00", "4:00/km".'),
    ):
        command = option(command)
    return command


def _plan_options(command: Any) -> Any:
    return click.argument("recipe", default="kastor")(_goal_options(command))


@click.group(context_settings=_HELP)
def plan() -> None:
    """Recipes: list, show, check, pace card, workout for the watch."""


@plan.command("list", context_settings=_HELP)
def list_recipes() -> None:
    """List the recipes that come with the package."""
    from ..plans.recipes import load_recipe, recipe_names

    names = ("kastor", *recipe_names())
    width = max(len(name) for name in names)
    for name in names:
        recipe = load_recipe(name)
        tell(f"{name:<{width}}  {recipe.name}")


@plan.command(context_settings=_HELP)
@_plan_options
def show(recipe: str, goal: str | None, athlete: str | None, reps: int | None) -> None:
    """Show RECIPE, or a plan like "8x400 r60", rep by rep: distance, target, hammer, rest."""
    from ..shown.numbers import clock, planned_rest, rep_distance

    chosen = _load(recipe, goal, athlete, reps)
    tell(chosen.title)
    if chosen.about:
        tell(chosen.about)
    tell("\nrep     run      target   rest")
    for step in chosen.steps:
        what = rep_distance(step.distance_m) or clock(step.duration_s)
        rest = planned_rest(chosen.rest_after(step)) if step is not chosen.steps[-1] else "-"
        mark = "H" if step.is_hammer else " "
        tell(f"{step.planned_rep:>3} {mark} {what:>7}  {clock(step.target_s, 1, missing='-'):>8}   {rest}")


@plan.command(context_settings=_HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...]) -> None:
    """Check recipes (TOML files) and say which key is wrong."""
    from ..plans.recipes import load_recipe

    failed = False
    for file in files:
        try:
            recipe = load_recipe(file)
        except KastorError as error:
            say(f"kastor plan: {error}")
            failed = True
        else:
            hammers = f", hammers {', '.join(map(str, recipe.hammer))}" if recipe.hammer else ""
            tell(f"{file}: fine ({recipe.title}: {recipe.reps} reps{hammers})")
    if failed:
        ctx.exit(FAILED)


@plan.command(context_settings=_HELP)
@_plan_options
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a page to print.")
@FORCE
def card(recipe: str, goal: str | None, athlete: str | None, reps: int | None, page: Path | None, force: bool) -> None:
    """Print the card for the track: targets, passing times, rests, hammers."""
    from ..render.card import card_page, card_text

    saver = _saver(recipe, athlete, force)
    if page is not None:
        saver.check(page, PAGE)
    chosen = _load(recipe, goal, athlete, reps)
    tell(card_text(chosen), nl=False)
    if page is not None:
        say(f"written: {saver.save(page, card_page(chosen), PAGE)}")


@plan.command(context_settings=_HELP)
@click.argument("words", nargs=-1, required=True, metavar="[RECIPE] FILE.fit")
@_goal_options
@click.option("--lap-press", is_flag=True, help="A rep ends when you press lap at the line, not by the watch's metres.")
@click.option("--pace-alerts", is_flag=True, help="Let the watch beep outside the band.")
@FORCE
@click.pass_context
def export(
    ctx: click.Context,
    words: tuple[str, ...],
    goal: str | None,
    athlete: str | None,
    reps: int | None,
    lap_press: bool,
    pace_alerts: bool,
    force: bool,
) -> None:
    """Write the plan as a FIT workout for the watch.

    Copy FILE.fit into the folder GARMIN/NewFiles of the watch, or send it with the maker's app. With --lap-press you
    end each rep yourself, at the line: right on a track, where most watches count 400 m some ten metres off.

    \b
    kastor plan export --goal "5k 20:00" kastor.fit
    kastor plan export 8x800 --goal "10k 42:00" 8x800.fit
    """  # noqa: D301 (click's \b keeps the lines apart)
    from ..writers.workout import WORKOUT, to_workout

    if len(words) > 2:
        raise click.UsageError("name at most a recipe and a file", ctx)
    recipe, file = words if len(words) == 2 else ("kastor", words[0])
    saver = _saver(recipe, athlete, force)
    saver.check(file, WORKOUT)
    chosen = _load(recipe, goal, athlete, reps)
    if pace_alerts and chosen.goal is None:
        raise click.UsageError('--pace-alerts needs a goal, such as --goal "5k 20:00"', ctx)
    saver.save(file, to_workout(chosen, lap_press=lap_press, pace_alerts=pace_alerts), WORKOUT)
    say(f"written: {file} ({chosen.title})")


def _saver(recipe: str, athlete: str | None, force: bool) -> Saver:
    """Return the saver of a command that reads a recipe and, where a runner is named, the file of athletes."""
    return Saver([recipe, *([ATHLETES_FILE] if athlete else [])], force=force)


def _load(recipe: str, goal: str | None, athlete: str | None, reps: int | None) -> Plan:
    from ..plan import Plan

    if reps is not None:
        if recipe != "kastor":
            raise click.UsageError("--reps goes with Kastor's session only: a recipe has its own number of reps")
        chosen = Plan.kastor(reps=reps)
    else:
        chosen = Plan.load(recipe)
    if goal is not None:
        return chosen.with_goal(goal)
    if athlete is not None:
        from datetime import date

        from ..athlete import Athlete

        return chosen.with_goal(Athlete.load(athlete).goal_on(date.today()))
    return chosen
