"""Distances against values known by other means than the formulas under test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.quantities import geodesy


def test_a_degree_of_the_equator_and_of_the_meridian() -> None:
    # 2 pi a / 360; and the published length of a degree of latitude on WGS84 at 45 degrees, 111,132 m.
    assert geodesy.between_m(0, 10, 0, 11) == pytest.approx(111_319.4908, abs=1e-3)
    assert geodesy.between_m(44.5, 0, 45.5, 0) == pytest.approx(111_131.8, abs=0.5)


@pytest.mark.parametrize(("lat", "bearing_deg"), [(0, 30), (35, 0), (47, 63), (60, 90), (-33, 200), (70, 310)])
def test_against_the_chord_through_the_earth(lat: float, bearing_deg: float) -> None:
    to_lat = lat + 0.009 * np.cos(np.radians(bearing_deg))
    to_lon = 0.012 * np.sin(np.radians(bearing_deg))

    def ecef(lat_deg: float, lon_deg: float) -> np.ndarray:
        phi, lam = np.radians(lat_deg), np.radians(lon_deg)
        n = 6378137.0 / np.sqrt(1 - 0.00669437999014 * np.sin(phi) ** 2)
        return np.array(
            [n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - 0.00669437999014) * np.sin(phi)]
        )

    chord = float(np.linalg.norm(ecef(to_lat, to_lon) - ecef(lat, 0.0)))
    # An arc of length s exceeds its chord by s^3 / 24 R^2: 1 micrometre at 1 km.
    assert geodesy.between_m(lat, 0, to_lat, to_lon) == pytest.approx(chord, abs=1e-3)


def test_missing_positions_are_bridged_and_stay_missing() -> None:
    lat = np.array([np.nan, 50.0, np.nan, 50.001, 50.002])
    along = geodesy.along_m(lat, np.full(5, 8.0))
    assert np.isnan(along[[0, 2]]).all()
    assert along[[1, 3, 4]] == pytest.approx([0, 111.2294, 222.4588], abs=1e-3)
    assert np.isnan(geodesy.along_m([np.nan], [np.nan])).all()
    assert geodesy.along_m([], []).shape == (0,)


def test_the_short_way_around_the_date_line() -> None:
    assert geodesy.between_m(0, 179.9995, 0, -179.9995) == pytest.approx(111.319, abs=1e-3)
    x_m, _ = geodesy.local_metres([0, 0], [179.9995, -179.9995], 0, 180)
    assert x_m == pytest.approx([-55.66, 55.66], abs=0.01)


@given(st.floats(-75, 75), st.floats(-180, 180), st.lists(st.floats(-2000, 2000), min_size=2, max_size=2))
def test_local_metres_undone_and_close_to_the_distance(lat: float, lon: float, point: list[float]) -> None:
    at_lat, at_lon = geodesy.local_degrees(point[0], point[1], lat, lon)
    x_m, y_m = geodesy.local_metres(at_lat, at_lon, lat, lon)
    assert (float(x_m), float(y_m)) == pytest.approx(tuple(point), abs=1e-6)
    distance = float(geodesy.between_m(lat, lon, at_lat, at_lon))
    from_zero = float(np.hypot(*point))
    # tan(75 degrees) / 2R x d^2 bounds the curvature that the linear map leaves out.
    assert distance == pytest.approx(from_zero, abs=1e-6 + 3.0e-7 * from_zero**2)
