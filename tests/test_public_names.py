"""The public names: all there, each imported only when it is used."""

from __future__ import annotations

import subprocess
import sys

import kastor_analysis as ka


def test_every_public_name_is_there_and_has_a_home() -> None:
    assert set(ka._HOME_OF) | {"__version__"} == set(ka.__all__)
    for name in ka.__all__:
        assert getattr(ka, name) is not None
    assert set(dir(ka)) == set(ka.__all__)


def test_a_public_name_is_the_thing_itself() -> None:
    from kastor_analysis.errors import KastorError
    from kastor_analysis.segmenter.segment import segment

    assert ka.KastorError is KastorError
    assert ka.segment is segment
    assert issubclass(ka.FitError, ka.ReadError)


def test_import_alone_loads_no_numpy() -> None:
    code = "import sys, kastor_analysis; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_unknown_names_are_said() -> None:
    assert not hasattr(ka, "frobnicate")
