"""README and docs: the code they show runs, the files they name exist, the options they list are the program's."""

from __future__ import annotations

import doctest
import importlib
import inspect
import io
import pkgutil
import re
from pathlib import Path

import pytest

import kastor_analysis
from kastor_analysis.cli.analyze import analyze
from kastor_analysis.render.terminal import print_report
from tests.docs.test_help import DOCUMENTED

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(page: Path, language: str) -> list[str]:
    return [m[2] for m in FENCE.finditer(page.read_text(encoding="utf-8")) if m[1] == language]


def python(page: Path) -> list[str]:
    """Return what a page shows: each script by itself, its dialogues as one, for they go on from each other."""
    found = blocks(page, "python")
    return [code for code in found if ">>>" not in code] + ["\n".join(code for code in found if ">>>" in code)]


PYTHON = [(page.name, i, code) for page in PAGES for i, code in enumerate(python(page)) if code]


@pytest.mark.parametrize(("page", "number", "code"), PYTHON, ids=[f"{page}-{i}" for page, i, _ in PYTHON])
def test_python_runs_as_written(page: str, number: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    if ">>>" in code:
        examples = doctest.DocTestParser().get_doctest(code, {}, f"{page}-{number}", page, 0)
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(examples)
        assert result.failed == 0
    else:
        exec(compile(code, page, "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_exist(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_manual_lists_every_option_of_analyze() -> None:
    manual = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(--[\w-]+)", manual, re.M))
    options = {option for param in analyze.params for option in param.opts if option.startswith("--")}
    assert rows == options - {"--version"}


def test_docstring_examples_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is not public; `test_help` holds the others."""
    public = {(known.__module__, known.__qualname__) for known in map(inspect.unwrap, DOCUMENTED.values())}
    monkeypatch.chdir(ROOT)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for info in pkgutil.walk_packages(kastor_analysis.__path__, "kastor_analysis."):
        source = importlib.util.find_spec(info.name)
        if source is None or not source.origin or ">>>" not in Path(source.origin).read_text(encoding="utf-8"):
            continue
        for examples in doctest.DocTestFinder().find(importlib.import_module(info.name), info.name):
            if (info.name, examples.name.removeprefix(f"{info.name}.")) not in public:
                assert runner.run(examples).failed == 0, examples.name


def test_readme_shows_what_the_command_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of it: figures may move by a tenth with another NumPy."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(
        r"^`analyze (\S+) --goal \"(.+?)\"`.*?<!-- analyze output -->\n```\n(.*?)```", readme, re.M | re.S
    )
    assert found
    path, goal, shown = found.groups()
    monkeypatch.chdir(ROOT)
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    print_report(kastor_analysis.analyze(path, goal=goal), pipe)
    pipe.seek(0)
    said, written = (re.findall(r"[A-Za-z]{2,}", text) for text in (pipe.read(), shown))
    assert said == written, "run: python docs/refresh.py"


def test_readme_has_one_test_command_that_sets_itself_up() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- test command -->\n```\n(.+)\n```", text)
    assert found
    assert found[1].startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert "-m pytest" in found[1]
