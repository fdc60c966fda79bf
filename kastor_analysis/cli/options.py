"""Options that several commands share."""

from __future__ import annotations

import click

FORCE = click.option(
    "--force",
    is_flag=True,
    help="Replace a file that kastor did not write (never an input, a recording or a season).",
)
UNITS = click.option(
    "--units",
    type=click.Choice(["km", "mi"]),
    default="km",
    show_default=True,
    envvar="KASTOR_UNITS",
    show_envvar=True,
    help="Unit of paces and distances.",
)
"""``--units``; whoever thinks in miles says so once, in ``$KASTOR_UNITS``."""

PLAN = click.option(
    "--plan",
    metavar="PLAN",
    help='What was to be run: a recipe (kastor), a TOML file, or the reps themselves: "8x400 r60".',
)
