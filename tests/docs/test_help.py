"""``help()`` of every public name: what it returns, and an example that holds."""

from __future__ import annotations

import doctest
import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kastor_analysis as ka

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def documented() -> dict[str, Any]:
    """Return every public class, error, function and method by its name, as it was written."""
    found: dict[str, Any] = {}
    for name in ka.__all__:
        value = getattr(ka, name)
        if not callable(value):
            continue
        found[name] = value
        if not inspect.isclass(value) or issubclass(value, BaseException):
            continue
        for method in dir(value):
            member = inspect.getattr_static(value, method)
            member = member.__func__ if isinstance(member, classmethod | staticmethod) else member
            if not method.startswith("_") and inspect.isfunction(member):
                found[f"{name}.{method}"] = member
    return found


DOCUMENTED = documented()


@pytest.fixture(scope="module")
def folder(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a runner may have it: a recording, three more, a squad's, and a season of these."""
    made = tmp_path_factory.mktemp("help")
    shutil.copy(sample_data / "kastor-good.fit", made / "run.fit")
    (made / "runs").mkdir()
    for path in sorted((sample_data / "season").glob("*"))[:3]:
        shutil.copy(path, made / "runs")
    (made / "squad" / "Anna").mkdir(parents=True)
    for path in sorted((made / "runs").glob("*"))[:2]:
        shutil.copy(path, made / "squad" / "Anna")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        with ka.Season("season.db") as season:
            season.add(["runs"], athlete="Anna", progress=False)
    return made


@pytest.fixture(scope="module")
def names(folder: Path) -> dict[str, Any]:
    """What examples speak of: the public names, and a recording, its session and its report."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        activity = ka.load("run.fit")
        known = {name: getattr(ka, name) for name in ka.__all__}
        report = ka.analyze("run.fit", goal="5k 20:00")
        return {**known, "ka": ka, "activity": activity, "session": ka.segment(activity), "report": report}


@pytest.fixture
def season(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ka.Season]:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    monkeypatch.chdir(copy)
    with ka.Season("season.db") as opened:
        yield opened


@pytest.mark.parametrize("name", DOCUMENTED)
def test_it_has_an_example_that_holds(name: str, names: dict[str, Any], season: ka.Season) -> None:
    text = inspect.getdoc(DOCUMENTED[name]) or ""
    examples = doctest.DocTestParser().get_doctest(text, {**names, "season": season}, name, None, 0)
    assert examples.examples, f"help({name}) shows no example"
    result = doctest.DocTestRunner(optionflags=FLAGS).run(examples)
    assert result.failed == 0


@pytest.mark.parametrize("name", [name for name, value in DOCUMENTED.items() if inspect.isfunction(value)])
def test_it_says_what_it_returns(name: str) -> None:
    value = DOCUMENTED[name]
    if inspect.signature(value).return_annotation not in ("None", None):
        assert "\nReturns\n" in (inspect.getdoc(value) or "")
