"""The notebooks run from a fresh clone, and are stored by the rule that notebooks/README.md states."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_every_picture_shows(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    nbclient = pytest.importorskip("nbclient")
    import nbformat

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a command that ran in this process may have set it
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        said = "".join(output.text for output in cell.outputs if output.get("name") == "stderr")
        assert not said or "font cache" in said, said  # matplotlib's first run on a machine
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        if re.search(r"subplots\(|plot_\w+\(|\.plot\(", cell.source):
            assert "image/png" in kinds, cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_stored_without_outputs(path: Path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["metadata"]["kernelspec"]["name"]) == (4, "python3")
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_the_three_are_there_and_listed():
    listed = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3"]
    assert all(f"({path.name})" in listed for path in NOTEBOOKS)
