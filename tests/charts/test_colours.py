"""Colours stay apart for every common kind of colour vision, in the charts and on the page in light and dark."""

from __future__ import annotations

import itertools
import re
from importlib.resources import files

import numpy as np
import pytest

from kastor_analysis.charts import style

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG
# 15 (2009), severity 1.0, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "tritanopia": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def _lab(rgb: np.ndarray, vision: np.ndarray) -> np.ndarray:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = _TO_XYZ @ np.clip(vision @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _page_colours() -> list[dict[str, str]]:
    css = files("kastor_analysis.render").joinpath("templates/page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root {(.*?)}", css, re.S)
    named = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in blocks]
    return [{name: colours[name] for name in NAMES} for colours in named]


NAMES = ("paper", "rep", "hammer", "band")
PALETTES = [
    {"paper": "#ffffff", "rep": style.REP, "hammer": style.HAMMER, "band": style.BAND},
    *_page_colours(),
]


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("palette", PALETTES, ids=["charts", "page light", "page dark", "page print"])
def test_reps_hammers_and_the_band_behind_them_are_told_apart(palette, vision):
    seen = {name: _rgb(palette[name]) for name in NAMES}
    seen["band"] = 0.28 * seen["band"] + 0.72 * seen["paper"]
    for one, other in itertools.combinations(("rep", "hammer", "band"), 2):
        apart = np.linalg.norm(_lab(seen[one], VISION[vision]) - _lab(seen[other], VISION[vision]))
        assert apart > 25, f"{one} and {other}: a difference (CIE76) of {apart:.0f}"


@pytest.mark.parametrize("vision", VISION)
def test_the_speeds_on_the_track_go_one_way_from_pale_to_dark(vision):
    css = files("kastor_analysis.render").joinpath("templates/page.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--(s\d): (#\w{6})", re.findall(r":root {(.*?)}", css, re.S)[0]))
    lightness = [_lab(_rgb(light[f"s{i}"]), VISION[vision])[0] for i in range(5)]
    assert all(a - b > 4 for a, b in itertools.pairwise(lightness))
