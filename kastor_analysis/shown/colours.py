"""Colours that pictures share, whatever draws them: those of Okabe and Ito, which the colour-blind tell apart."""

from __future__ import annotations

BLUE, VERMILION, GREEN, PURPLE, SKY, ORANGE = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"
REP, HAMMER, BAND, HEART = BLUE, VERMILION, GREEN, PURPLE
