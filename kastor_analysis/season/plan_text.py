"""A `Plan` as JSON text and back, so that a session can be analysed again exactly as it was."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from math import isnan, nan
from typing import Any

from ..goal import Goal
from ..plan import Plan
from ..score_rules import Rules
from ..steps import Pace


def plan_to_text(plan: Plan) -> str:
    """Return the plan as JSON: its fields, goal and rules; steps follow from them."""
    values = {field.name: getattr(plan, field.name) for field in fields(plan) if field.init}
    values["goal"] = asdict(plan.goal) if plan.goal else None
    values["rules"] = asdict(plan.rules)
    return json.dumps(_plain(values), allow_nan=False)


def plan_from_text(text: str) -> Plan:
    """Return the plan that `plan_to_text` wrote; fields this version does not know are left out."""
    values = json.loads(text)
    known = {field.name for field in fields(Plan) if field.init}
    values = {name: _tuples(value) for name, value in values.items() if name in known}
    if values.get("rest_ratio") is None:
        values["rest_ratio"] = nan
    goal, rules = values.get("goal"), values.get("rules") or {}
    values["goal"] = Goal(**goal) if goal else None
    known_rules = {field.name for field in fields(Rules)}
    values["pace"] = _pace(values.get("pace"))
    values["rules"] = Rules(**{name: _tuples(value) for name, value in rules.items() if name in known_rules})
    return Plan(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Pace):
        value = asdict(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and isnan(value) else value


def _pace(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_pace(item) for item in value)
    return Pace(**{name: nan if item is None else item for name, item in value.items()}) if value else None


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value
