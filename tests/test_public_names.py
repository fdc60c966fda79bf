"""The public names: all there, each imported only when it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import kastor_analysis as ka


def test_every_public_name_is_there() -> None:
    tree = ast.parse(Path(ka.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    told = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert [alias.asname for node in told for alias in node.names] == ka.__all__
    for node in told:
        for alias in node.names:
            assert getattr(ka, alias.name) is getattr(import_module(f"kastor_analysis.{node.module}"), alias.name)
    assert dir(ka) == sorted(ka.__all__)


def test_a_star_imports_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from kastor_analysis import *", names)
    assert set(names) - {"__builtins__"} == set(ka.__all__)


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
