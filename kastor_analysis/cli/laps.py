"""``kastor laps``: the reps found and corrected, given back to the recording as the laps of a copy."""

from __future__ import annotations

from pathlib import Path

import click

from .options import FORCE
from .running import say, tell


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", metavar="FILE")
@click.option("-o", "output", required=True, metavar="FILE", help="The copy; ends in .fit or .tcx.")
@click.option("--plan", metavar="NAME|FILE", help="What was to be run, as in analyze.")
@click.option("--part", type=click.IntRange(0), metavar="N", help="Which recording of a file with several.")
@click.option("--no-laps", is_flag=True, help="Find the reps by the signal alone, as in analyze.")
@click.option("--as-found", is_flag=True, help="Leave out what was corrected by hand.")
@FORCE
def laps(
    file: str, output: str, plan: str | None, part: int | None, no_laps: bool, as_found: bool, force: bool
) -> None:
    """Write a copy of the recording FILE whose laps are its warm-up, reps, rests and cool-down.

    The sites of watch makers and of training then show the true reps. Of a FIT file every other message stays as the
    watch wrote it, byte for byte; FILE itself is never written. GPX has no laps: write it as TCX or FIT.

    \b
    kastor laps run.fit -o run-laps.fit
    kastor laps run.gpx -o run-laps.tcx
    """  # noqa: D301 (click's \b keeps the lines apart)
    from ..corrections import Corrections, corrections_of
    from ..files.saving import Saver
    from ..plan import Plan
    from ..readers import load
    from ..segmenter.segment import segment
    from ..shown.numbers import clock
    from ..writers.given_back import ENDINGS, RECORDING
    from ..writers.laps import laps_of

    if Path(output).suffix.lower() in ENDINGS:
        Saver([file], force=force).check(output, RECORDING)
    hand = Corrections() if as_found else corrections_of(file)
    name = plan or hand.plan
    session = hand.apply(segment(load(file, part=part), Plan.load(name) if name else None, use_laps=not no_laps))
    session.write_laps(output, force=force)
    for number, lap in enumerate(laps_of(session), start=1):
        metres = f"{lap.distance_m:.0f} m" if lap.distance_m == lap.distance_m else ""
        tell(f"{number:>3}  {lap.kind:<9} {clock(lap.elapsed_s, 1):>9} {metres:>8}")
    said = f", {session.corrected_by_hand}" if session.corrections else ""
    say(f"written: {output} ({len(session.reps)} reps{said})")
