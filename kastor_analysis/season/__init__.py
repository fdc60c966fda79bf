"""The season: sessions kept over weeks, their trends, and the week's 80/20. `Season` is the door."""

from __future__ import annotations

from .intensity import Intensity, intensity_of
from .result import AddItem, AddResult
from .season import Season
from .trends import METRICS, Metric, Trend, trend

__all__ = ["METRICS", "AddItem", "AddResult", "Intensity", "Metric", "Season", "Trend", "intensity_of", "trend"]
