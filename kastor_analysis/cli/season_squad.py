"""``kastor season squad`` and ``overlay``: several runners side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from .options import UNITS
from .running import tell
from .season_access import look_into, session_number
from .season_options import DISTANCE, INITIALS, JSON, Look, called, looking, print_json

if TYPE_CHECKING:
    from ..quantities.lengths import Units


@click.command()
@looking
@DISTANCE
@INITIALS
@UNITS
@JSON
def squad(look: Look, distance: float | None, initials: bool, units: Units, as_json: bool) -> None:
    """Show a squad, a runner a line: the latest session, what changes, and the last weeks."""
    from .season_text import squad_text

    with look_into(look) as kept:
        table = kept.squad(look.athletes, distance_m=distance)
        table = table.assign(athlete=table["athlete"].replace(called(kept, initials)))
    if as_json:
        print_json(table)
    else:
        tell(squad_text(table, units))


@click.command()
@click.argument("session", required=False)
@looking
@INITIALS
@JSON
def overlay(session: str | None, look: Look, initials: bool, as_json: bool) -> None:
    """Lay one SESSION of several runners over each other: who held, who faded, whose rests were short.

    Each is held against their own goal. SESSION is anybody's, by number or day; the others' are those of its kind
    within three days. Default: the latest that more than one of them ran. The picture: kastor season chart overlay.
    """
    from .season_text import overlay_text

    with look_into(look) as kept:
        number = session_number(kept, session, look.athletes, is_any=True) if session is not None else None
        table = kept.overlay(number, look.athletes)
        table = table.assign(athlete=table["athlete"].replace(called(kept, initials)))
    if as_json:
        print_json(table)
    else:
        tell(overlay_text(table))


COMMANDS: Final = (squad, overlay)
