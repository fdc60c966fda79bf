"""Wrong types for every parameter of every public callable: an error of the package that names the argument."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import GeneratorType
from typing import Any

import pytest

import kastor_analysis as ka
from tests.scorer.made import make_session

WRONG = (None, 3, "x", b"", [], {}, object())
FITTING = {
    "source": "run.fit", "text": "5k 20:00", "path": "out.toml", "paths": ["run.fit"], "name": "Anna", "sessions": [1],
    "speed_mps": 4.0, "race_m": 5000.0, "number": 1, "session": 1, "to": "Berta", "start_s": 0.0, "end_s": 1.0,
    "planned_rep": 1,
}  # fmt: skip
SLOW = {"refresh", "add"}
"""Verbs that do the work where what they are given is right."""


@pytest.fixture(scope="module")
def values(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("wrong")
    shutil.copy(sample_data / "kastor-good.fit", folder / "run.fit")
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        activity = ka.load("run.fit")
        session = ka.segment(activity)
        corrected = session.corrected(drop=[3])
        with ka.Season("season.db") as season:
            season.add(["run.fit"], progress=False)
            yield {
                "Activity": activity,
                "short": make_session([96.0, 96.0], warmup_s=60.0, cooldown_s=60.0).activity,
                "Session": session,
                "Report": ka.score(session, ka.Plan.kastor("5k 20:00")),
                "Season": season,
                "Plan": ka.Plan.kastor("5k 20:00"),
                "Goal": ka.Goal.parse("5k 20:00"),
                "Athlete": ka.Athlete(name="Anna"),
                "Corrections": corrected.corrections,
                "Correction": corrected.corrections.items[0],
                "Segment": session.reps[0],
                "Step": ka.Plan.kastor().steps[0],
                "Pace": ka.Pace(race_m=5000.0),
                "Rules": ka.Rules(),
            }
    assert Path.cwd() == before


def public() -> list[str]:
    """Return every public callable: functions, the making of values, and their methods."""
    found = []
    for name in ka.__all__:
        value = getattr(ka, name)
        if not callable(value) or (inspect.isclass(value) and issubclass(value, BaseException)):
            continue
        found.append(name)
        if inspect.isclass(value):
            found += [
                f"{name}.{method}"
                for method in dir(value)
                if (not method.startswith("_") and callable(inspect.getattr_static(value, method, None)))
                or isinstance(inspect.getattr_static(value, method, None), classmethod)
            ]  # fmt: skip
    return found


def called(name: str, values: dict[str, Any]) -> Callable[..., Any] | None:
    owner, _, method = name.partition(".")
    if not method:
        return getattr(ka, owner)
    if isinstance(inspect.getattr_static(getattr(ka, owner), method), classmethod):
        return getattr(getattr(ka, owner), method)
    return getattr(values[owner], method) if owner in values else None


@pytest.mark.parametrize("name", public())
def test_a_wrong_type_is_an_error_of_the_package(name: str, values: dict[str, Any]) -> None:
    function = called(name, values)
    if function is None or name == "Season.close":
        return
    parameters = list(inspect.signature(function).parameters.values())
    for parameter in parameters:
        for wrong in WRONG:
            if name.rpartition(".")[2] in SLOW and wrong in (3, None):
                continue
            positional, named = [], {}
            for other in parameters:
                is_many = other.kind is other.VAR_POSITIONAL
                if other is not parameter and (other.default is not other.empty or is_many):
                    continue
                if other.kind is other.VAR_KEYWORD:
                    continue
                value = wrong if other is parameter else FITTING.get(other.name, 1.0)
                if name == "analyze" and other is not parameter:
                    value = values["short"]
                if other.kind is other.POSITIONAL_ONLY or is_many:
                    positional.append(value)
                else:
                    named[other.name] = value
            try:
                result = function(*positional, **named)
                if isinstance(result, GeneratorType):
                    list(result)
            except (ka.KastorError, KeyError):
                pass  # a column that there is none of is a KeyError, as of a dict


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda v: v["Report"].to_json(indent=[]), "indent must be a whole number or None, not []"),
        (lambda v: v["Season"].note(object(), 3), "session must be a whole number"),
        (lambda v: v["Session"].corrected(3), "corrections must be a Corrections or None, not 3"),
        (lambda v: v["Plan"].target_of(3), "step must be a Step, not 3"),
        (lambda v: v["Activity"].with_heart_rate("strap.fit"), "other must be an Activity, not 'strap.fit'"),
        (lambda v: ka.Pace(race_m="5k"), "race_m must be a number, not '5k'"),
        (lambda v: ka.score(v["Session"], athlete="Anna"), "athlete must be an Athlete or None, not 'Anna'"),
        (lambda v: ka.load("run.fit", part="first"), "part must be a whole number or None, not 'first'"),
        (lambda v: ka.Plan.kastor(reps="eight"), "reps must be a whole number, not 'eight'"),
    ],
)
def test_the_argument_is_named(call: Callable[[dict[str, Any]], Any], said: str, values: dict[str, Any]) -> None:
    with pytest.raises(ka.KastorError) as caught:
        call(values)
    assert said in str(caught.value)


def test_a_mistake_of_ours_stays_what_it_is(values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kastor_analysis.render.data.report_dict", lambda report: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        values["Report"].to_json(indent=2)
