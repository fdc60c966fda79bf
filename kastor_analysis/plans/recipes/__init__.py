"""Recipes: plans as TOML data, those of the package beside this module, and their validation.

A recipe names ``name``, ``title``, ``about``, ``race`` ("5k", "10k"), ``goal`` and either one set at the top level or
several ``[[set]]`` tables, each with ``reps``, ``distance_m`` or ``duration_s`` (a number or one a rep), ``hammer``,
``rest_ratio`` or ``rest_s``, ``repeat`` and ``rest_after_s``; ``[rules]`` overrides numbers of `Rules`.
Every error is a `PlanError` that names file and key.
"""

from __future__ import annotations

import re
from dataclasses import fields
from math import isfinite, nan
from pathlib import Path
from typing import Any

from ...errors import GoalError, PlanError
from ...files.handwritten import number, parse_toml, said
from ...files.reading import read_text
from ...plan import KASTOR_DISTANCE_M, MOST_REPS, Plan
from ...score_rules import Rules
from ...steps import REST_S
from ..notation import parse_plan

_HOME = Path(__file__).parent
_FORMS = 'write the plan out: "8x400 r60"'
_RACES_M = {"5k": 5000.0, "10k": 10_000.0}  # the races a recipe may name
_TOP_KEYS = frozenset({"name", "title", "about", "race", "goal", "set", "rules"})
_SET_KEYS = frozenset({"reps", "distance_m", "duration_s", "hammer", "rest_ratio", "rest_s", "repeat", "rest_after_s"})


def recipe_names() -> tuple[str, ...]:
    """Return the names of the package's recipes."""
    return tuple(sorted(path.stem for path in _HOME.glob("*.toml")))


def load_recipe(name_or_path: str | Path) -> Plan:
    """Read a recipe of the package by name, one from a TOML file, or a plan that is written out.

    Parameters
    ----------
    name_or_path : str or Path
        ``"kastor"`` is Kastor's session at whatever race pace the goal names; `recipe_names` lists the others. What is
        no recipe and no file is read as `notation` has it: ``"8x400 r60"``.

    Raises
    ------
    PlanError
        If there is none of that name, or naming the key that is wrong.
    """
    if not isinstance(name_or_path, str | Path):
        raise PlanError(f"the plan {name_or_path!r} is no name, file or text", hint=_FORMS)
    if str(name_or_path) == "kastor":
        return Plan.kastor()
    if str(name_or_path) in recipe_names():
        path = _HOME / f"{name_or_path}.toml"
    else:
        path = Path(name_or_path)
        if path.suffix.lower() != ".toml" and not _is_file(path):
            text = str(name_or_path)
            if re.match(r"\s*[\d(]", text):
                return parse_plan(text)
            raise PlanError(
                f"there is no recipe {text!r}",
                hint=f"Name a .toml file, one of kastor, {', '.join(recipe_names())}, or {_FORMS}",
            )
    text = read_text(path, error=PlanError, what="a recipe")
    return parse_recipe(text, file=path.name)


def _is_file(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for a file, as a plan written out may be, or with a NUL
        return False


def parse_recipe(text: str, *, file: str = "recipe") -> Plan:
    """Make a plan from the text of a recipe; `file` is the name errors give it.

    Raises
    ------
    PlanError
        Naming the key that is wrong.
    """
    data = parse_toml(text, "the recipe", PlanError, file=file, hint="See `kastor plan show`")
    try:
        return _plan(data, Path(file).stem)
    except GoalError as error:
        raise PlanError(f"{error}", file=file, where="key goal") from error
    except PlanError as error:
        error.in_file(file)
        raise


def _plan(data: dict[str, Any], stem: str) -> Plan:
    has_sets = "set" in data
    allowed = _TOP_KEYS if has_sets else _TOP_KEYS | _SET_KEYS - {"repeat", "rest_after_s"}
    _only(data, allowed, "")
    sets = data["set"] if has_sets else [{k: v for k, v in data.items() if k in _SET_KEYS}]
    if not isinstance(sets, list) or not sets or not all(isinstance(s, dict) for s in sets):
        raise PlanError("sets are written as [[set]] tables", where="key set")
    distances: list[float] = []
    durations: list[float] = []
    rests: list[float] = []
    ratios: list[float] = []
    hammer: list[int] = []
    set_reps: list[int] = []
    for place, table in enumerate(sets, start=1):
        key = f"set {place}: " if has_sets else ""
        _only(table, _SET_KEYS, key)
        reps = _reps(table, key)
        part = (
            _numbers(table, "distance_m", reps, key),
            _numbers(table, "duration_s", reps, key),
            _numbers(table, "rest_s", reps, key),
        )
        if "distance_m" not in table and "duration_s" not in table:
            raise PlanError("a set needs distance_m or duration_s", where=f"key {key}distance_m")
        ratio = _number(table, "rest_ratio", 1.0, 0.0, 20.0, key)
        rest_after = _number(table, "rest_after_s", nan, *REST_S, key)
        for _ in range(_whole(table, "repeat", 1, 50, key)):
            offset = len(distances)
            if offset + reps > MOST_REPS:
                raise PlanError(f"the sets hold more than {MOST_REPS} reps", where=f"key {key}reps")
            hammer += [offset + h for h in _hammer(table, reps, key)]
            distances += part[0]
            durations += part[1]
            rests += [*part[2][:-1], rest_after if isfinite(rest_after) else part[2][-1]]
            ratios.append(ratio)
            set_reps.append(reps)
    if len(set(ratios)) > 1:
        raise PlanError("rest_ratio must be the same in every set; use rest_s where it differs", where="key rest_ratio")
    timed, fixed = any(map(isfinite, durations)), any(map(isfinite, rests))
    return Plan(
        reps=len(distances),
        distance_m=tuple(distances) if any(map(isfinite, distances)) else None,
        duration_s=tuple(durations) if timed else None,
        hammer=tuple(hammer),
        rest_ratio=ratios[0],
        rest_s=tuple(rests) if fixed else None,
        set_reps=tuple(set_reps) if has_sets else None,
        race_m=_race(data),
        goal=_text(data, "goal") or None,
        name=_text(data, "title") or _text(data, "name") or stem,
        about=_text(data, "about"),
        source="recipe",
        is_kastor=_is_kastor(distances, hammer) and len(set_reps) == 1 and ratios[0] == 1.0 and not fixed,
        rules=_rules(data.get("rules", {})),
    )


def _is_kastor(distances: list[float], hammer: list[int]) -> bool:
    n = len(distances)
    return all(d == KASTOR_DISTANCE_M for d in distances) and sorted(hammer) == list(Plan.kastor(reps=n).hammer)


def _reps(table: dict[str, Any], key: str) -> int:
    for name in ("distance_m", "duration_s"):
        if isinstance(table.get(name), list) and "reps" not in table:
            if not table[name]:
                raise PlanError(f"{name} names no rep", where=f"key {key}{name}")
            return len(table[name])
    if "reps" not in table:
        raise PlanError("the number of reps is missing", where=f"key {key}reps")
    return _whole(table, "reps", 1, 200, key)


def _numbers(table: dict[str, Any], name: str, reps: int, key: str) -> list[float]:
    value = table.get(name, nan)
    values = value if isinstance(value, list) else [value] * reps
    if len(values) != reps:
        raise PlanError(f"{name} names {len(values)} reps, not {reps}", where=f"key {key}{name}")
    numbers = [nan if name not in table else number(v) for v in values]
    if None in numbers:
        raise PlanError(f"{name} must be a number, not {said(values[numbers.index(None)])}", where=f"key {key}{name}")
    return [v for v in numbers if v is not None]


def _number(table: dict[str, Any], name: str, default: float, low: float, high: float, key: str) -> float:
    if name not in table:
        return default
    value = number(table[name])
    if value is None or not low <= value <= high:
        wrong = said(table[name])
        raise PlanError(f"{name} must be a number from {low:g} to {high:g}, not {wrong}", where=f"key {key}{name}")
    return value


def _whole(table: dict[str, Any], name: str, low: int, high: int, key: str) -> int:
    value = table.get(name, 1)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        wrong = said(value)
        raise PlanError(f"{name} must be a whole number from {low} to {high}, not {wrong}", where=f"key {key}{name}")
    return value


def _hammer(table: dict[str, Any], reps: int, key: str) -> list[int]:
    value = table.get("hammer", [])
    if not isinstance(value, list) or not all(isinstance(h, int) and not isinstance(h, bool) for h in value):
        raise PlanError(f"hammer must be a list of rep numbers, not {said(value)}", where=f"key {key}hammer")
    if any(not 1 <= h <= reps for h in value):
        raise PlanError(f"hammer reps {said(value)} are not all within 1 to {reps}", where=f"key {key}hammer")
    return value


def _race(data: dict[str, Any]) -> float | None:
    if "race" not in data:
        return None
    race = data["race"].lower() if isinstance(data["race"], str) else ""
    if race not in _RACES_M:
        raise PlanError(f'race must be "5k" or "10k", not {said(data["race"])}', where="key race")
    return _RACES_M[race]


def _text(data: dict[str, Any], name: str) -> Any:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise PlanError(f"{name} must be text, not {said(value)}", where=f"key {name}")
    return value


def _rules(table: Any) -> Rules:
    if not isinstance(table, dict):
        raise PlanError("rules must be a table", where="key rules")
    _only(table, frozenset(f.name for f in fields(Rules)), "rules.")
    given: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in table.items()}
    return Rules(**given)


def _only(table: dict[str, Any], allowed: frozenset[str], key: str) -> None:
    for name in table:
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise PlanError(f"there is no key {said(name)}", where=f"key {key}{name[:60]}", hint=f"Known: {known}")
