"""Options that several commands share."""

from __future__ import annotations

from math import isfinite
from typing import Any

import click


class Number(click.FloatRange):
    """A number of an option: within its range, and neither nan nor inf, which a range lets by."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail as click does."""
        found = super().convert(value, param, ctx)
        if not isfinite(found):
            self.fail(f"{value!r} is no number", param, ctx)
        return found


FORCE = click.option(
    "--force", is_flag=True, help="Replace a file that kastor did not write (never an input, a recording or a season)."
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
