"""Kilometres and miles: the units texts and charts may speak in. Inside the package a length is in metres."""

from __future__ import annotations

from typing import Literal

from ..errors import KastorError

Units = Literal["km", "mi"]

MILE_M = 1609.344  # by definition
UNIT_M: dict[str, float] = {"km": 1000.0, "mi": MILE_M}


def check_units(units: object) -> None:
    """Refuse what is neither kilometres nor miles.

    Raises
    ------
    KastorError
        Naming both.
    """
    if not isinstance(units, str) or units not in UNIT_M:
        raise KastorError(f"there is no unit {units!r}", hint="Choose km or mi")
