"""``kastor``: the group of all verbs, each imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from .._version import __version__

_COMMANDS = {
    "analyze": ("analyze", "Read recordings and report on each session."),
    "demo": ("demo", "Write sample recordings to a folder and analyse them."),
    "plan": ("plan", "Recipes: list, show, check, pace card, workout for the watch."),
    "correct": ("correct", "Put right what was found: drop, add, split, merge and move reps."),
    "season": ("season", "Many sessions over time: add, list, compare, chart."),
}
"""Verb: module of this package that holds a command of the same name, and its short help (kept here, so that
``kastor --help`` need not import them)."""


class LazyGroup(click.Group):
    """A group whose commands are modules beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a verb; None for an unknown one."""
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f".{module}", __package__), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="kastor_analysis %(version)s")
def kastor() -> None:
    """Say whether a speed session was run as meant.

    Finds and scores the reps of coach Andrew Kastor's 16 x 400 m (or any other repeats) in FIT, GPX and TCX recordings.
    Start with `kastor demo`, or with `analyze run.fit`.
    """
