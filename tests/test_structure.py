"""The house: no module reaches itself again through others, and the root holds the values alone."""

from __future__ import annotations

import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
VALUES = {"activity", "athlete", "corrections", "errors", "explanation", "goal", "plan", "report", "score_rules"}
VALUES |= {"segments", "session", "steps"}


def test_imports_run_in_no_circle_but_through_the_doors_named() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    doors = {tuple(line.split(" -> ")) for contract in contracts for line in contract.get("ignore_imports", ())}
    graph = grimp.build_graph("kastor_analysis", cache_dir=None)
    TopologicalSorter(
        {
            name: {other for other in graph.find_modules_directly_imported_by(name) if (name, other) not in doors}
            for name in graph.modules
        }
    ).prepare()  # raises CycleError, naming one


def test_root_holds_the_values_alone() -> None:
    modules = {path.stem for path in (ROOT / "kastor_analysis").glob("*.py")}
    assert modules - VALUES == {"__init__", "__main__", "_version"}
