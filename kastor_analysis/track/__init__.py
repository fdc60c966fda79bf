"""The 400 m track: where it lies, how far along it the runner was, and what that says of the reps.

Positions come as local east and north metres, times as elapsed seconds; nothing here knows a session.
"""

from __future__ import annotations

from .arclength import SpanArc, arc_lengths
from .evidence import TrackEvidence, refine, weighed
from .find import TrackFit, find_track
from .lines import Crossing, Line
from .oval import Oval, lane_offset_m
from .splits import DeviceBias, Split, device_bias, splits

__all__ = [
    "Crossing",
    "DeviceBias",
    "Line",
    "Oval",
    "SpanArc",
    "Split",
    "TrackEvidence",
    "TrackFit",
    "arc_lengths",
    "device_bias",
    "find_track",
    "lane_offset_m",
    "refine",
    "splits",
    "weighed",
]
