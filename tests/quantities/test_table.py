"""Columns without pandas, and the DataFrame that is made of them."""

from __future__ import annotations

import numpy as np

from kastor_analysis.quantities.table import Table


def test_the_type_of_a_column_does_not_depend_on_what_is_missing_in_it() -> None:
    full = Table({"trigger": ["manual", "time"], "start_s": [0, 60]}).frame()
    holed = Table({"trigger": ["manual", None], "start_s": [0, np.nan]}).frame()
    none = Table({"trigger": np.array([], dtype=object), "start_s": []}).frame()
    assert [list(frame.dtypes) for frame in (full, holed, none)] == [[np.dtype(object), np.dtype(np.float64)]] * 3


def test_a_frame_is_detached() -> None:
    table = Table({"start_s": [0.0, 60.0]})
    frame = table.frame()
    frame.loc[0, "start_s"] = 5.0
    assert table["start_s"][0] == 0.0
