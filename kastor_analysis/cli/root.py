"""``kastor``: the group of all verbs, each imported when it is called."""

from __future__ import annotations

import os
import shlex
from importlib import import_module

import click

from .._version import __version__

_COMMANDS = {
    "analyze": ("analyze", "Read recordings and report on each session."),
    "demo": ("demo", "Write sample recordings to a folder and analyse them."),
    "plan": ("plan", "Recipes: list, show, check, pace card, workout for the watch."),
    "correct": ("correct", "Put right what was found: drop, add, split, merge and move reps."),
    "laps": ("laps", "Give the reps back to the recording, as laps of a copy."),
    "season": ("season", "Many sessions over time: add, list, compare, chart."),
}
"""Verb: module of this package that holds a command of the same name, and its short help (kept here, so that
``kastor --help`` need not import them)."""
RECORDINGS = (".fit", ".gpx", ".tcx", ".gz", ".zip")


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that is called; a word that is none is answered with what may have been meant."""
        word = args[0]
        if word not in _COMMANDS and not word.startswith("-"):
            raise click.UsageError(f"there is no command {word!r}. {_meant(args)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


def _meant(args: list[str]) -> str:
    """Return a question after the words of a command that is none."""
    from difflib import get_close_matches

    word = args[0]
    close = get_close_matches(word.lower(), _COMMANDS, n=1)
    if os.path.exists(word) or word.lower().endswith(RECORDINGS):
        meant = f"analyze {shlex.join(args)}"
    elif close:
        meant = shlex.join(["kastor", close[0], *args[1:]])
    else:
        return "See kastor --help."
    return f"Did you mean `{meant}`?"


def _install_completion(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        from .completion import install

        install(value)
        ctx.exit()


def _show_manual(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        from .manual import man_page

        click.echo(man_page(kastor), nl=False)
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="kastor_analysis %(version)s")
@click.option(
    "--install-completion",
    is_flag=False,
    flag_value="",
    metavar="[SHELL]",
    expose_value=False,
    is_eager=True,
    callback=_install_completion,
    help="Have bash, zsh or fish complete verbs, options and files of kastor and analyze; default: your shell.",
)
@click.option(
    "--man",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_manual,
    help="Print the manual page (roff).",
)
def kastor() -> None:
    """Say whether a speed session was run as meant.

    Finds and scores the reps of coach Andrew Kastor's 16 x 400 m (or any other repeats) in FIT, GPX and TCX recordings.
    Start with `kastor demo`, or with `analyze run.fit`.
    """
