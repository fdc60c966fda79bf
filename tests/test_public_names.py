"""The public names: all there, each imported only when it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import kastor_analysis as ka


def test_type_checkers_are_told_the_table() -> None:
    tree = ast.parse(Path(ka.__file__).read_text(encoding="utf-8"))
    told = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
        if alias.asname == alias.name
    }
    assert told == ka._HOME_OF


def test_every_public_name_is_there() -> None:
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
