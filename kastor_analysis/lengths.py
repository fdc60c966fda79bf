"""Kilometres and miles: the units texts and charts may speak in. Inside the package a length is in metres."""

from __future__ import annotations

from typing import Literal

Units = Literal["km", "mi"]

MILE_M = 1609.344
UNIT_M: dict[str, float] = {"km": 1000.0, "mi": MILE_M}
