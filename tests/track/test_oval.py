import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis import SegmentError
from kastor_analysis.track.oval import KERB_OFFSET_M, STRAIGHT_M, Oval, lane_offset_m, radius_for


def test_the_standard_line_measures_400_m():
    # World Athletics: straights 84.39 m, kerb radius 36.50 m, line 0.30 m out.
    assert radius_for(STRAIGHT_M) == pytest.approx(36.50 + KERB_OFFSET_M, abs=0.001)
    assert Oval(0.0, 0.0, 0.0, STRAIGHT_M, radius_for(STRAIGHT_M)).lap_m == pytest.approx(400.0)


@pytest.mark.parametrize(("lane", "lap_m"), [(1, 400.00), (2, 407.04), (3, 414.70), (8, 453.03)])
def test_lanes_are_as_long_as_the_tables_say(lane, lap_m):
    # The published lane lengths of the standard oval, to the centimetre.
    assert Oval(0.0, 0.0, 0.0, STRAIGHT_M, radius_for(STRAIGHT_M, lane)).lap_m == pytest.approx(lap_m, abs=0.01)


@pytest.mark.parametrize("lane", [0, 11])
def test_there_are_lanes_1_to_10(lane):
    with pytest.raises(SegmentError, match="lanes 1 to 10"):
        lane_offset_m(lane)


ovals = st.builds(
    Oval,
    st.floats(-500, 500),
    st.floats(-500, 500),
    st.floats(-7, 7),
    st.floats(70, 112),
    st.floats(28, 46),
    st.sampled_from([1, -1]),
)


@given(ovals, st.floats(-1000, 1000), st.floats(-15, 15))
def test_a_position_beside_the_line_knows_its_arc_length(oval, arc, beside):
    ahead = np.subtract(oval.point(arc + 1e-3), oval.point(arc - 1e-3)) / 2e-3
    outward = oval.direction * np.array([ahead[1], -ahead[0]])
    x, y = np.array(oval.point(arc)) + beside * outward
    found, across = oval.arc_length_m(x, y)
    assert abs((found - arc + 200) % oval.lap_m - 200 % oval.lap_m) < 0.02
    assert across == pytest.approx(beside, abs=1e-3)
    assert np.hypot(*ahead) == pytest.approx(1.0, abs=1e-4)


def test_both_ways_round_arc_length_grows():
    for direction in (1, -1):
        oval = Oval(3.0, -8.0, 0.4, STRAIGHT_M, radius_for(STRAIGHT_M), direction)
        x, y = oval.point(np.linspace(0.0, oval.lap_m, 2000, endpoint=False))
        area = 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
        assert np.sign(area) == direction
        assert abs(area) == pytest.approx(2 * oval.radius_m * STRAIGHT_M + np.pi * oval.radius_m**2, rel=1e-5)
