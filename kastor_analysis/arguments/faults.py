"""`fault_of`: which argument of a call is of a wrong type, in words; see `arguments`.

Conventions: nothing here is imported before a call has failed. Annotations are text until then: what they name is
imported when it is needed.
"""

from __future__ import annotations

import inspect
import numbers
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

_WORDS = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "True or False", "None": "None",
    "NoneType": "None", "bytes": "bytes", "datetime": "a datetime", "Iterable": "a list", "Sequence": "a list",
    "Collection": "a list", "tuple": "a tuple", "Mapping": "a dict", "ndarray": "numbers", "PathLike": "a path",
    "Path": "a path", "BinaryIO": "an open file", "IO": "an open file", "Callable": "a function",
    "Axes": "matplotlib Axes", "DataFrame": "a DataFrame", "date": "a date",
}  # fmt: skip


def fault_of(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """Return which argument is none of what the signature says, None where all are."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError as fault:
        return f"{function.__qualname__}() {fault}"
    names = _names(function)
    for name, value in bound.arguments.items():
        parameter = bound.signature.parameters[name]
        if parameter.annotation is parameter.empty:
            continue
        try:
            kind = eval(parameter.annotation, names) if isinstance(parameter.annotation, str) else parameter.annotation
        except (NameError, TypeError, AttributeError):
            continue
        values = value if parameter.kind is parameter.VAR_POSITIONAL else (value,)
        for each in values:
            if not _is_one(each, kind):
                return f"{name} must be {_told(kind)}, not {_shown(each)}"
    return None


def _names(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what annotations of a function may name: its module, the public names, and what is imported for types."""
    import collections.abc
    import datetime
    import os
    import pathlib
    from importlib import import_module

    package = import_module(__package__.partition(".")[0])
    names: dict[str, Any] = {name: getattr(package, name) for name in package.__all__}
    for library in (typing, collections.abc, datetime, os, pathlib):
        names |= {name: value for name, value in vars(library).items() if not name.startswith("_")}
    for home, short in (("numpy", "np"), ("pandas", "pd")):
        names[short] = import_module(home)
    names["ArrayLike"] = names["NDArray"] = names["np"].ndarray
    for home, several in (("matplotlib.axes", ("Axes",)), ("matplotlib.figure", ("Figure",))):
        names |= {name: getattr(import_module(home), name) for name in several}
    return {**names, **vars(import_module(function.__module__)), "os": os}


def _is_one(value: Any, kind: Any) -> bool:
    """Return whether a value is what an annotation says, as far as can be told."""
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any or kind is object or isinstance(kind, TypeVar):
        return True
    if kind is None:
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(_is_one(value, each) for each in of)
    if origin is typing.Literal:
        return isinstance(value, str | int) and value in of
    plain = origin or kind
    if not isinstance(plain, type):
        return True
    name = plain.__name__
    if name == "ndarray":
        return _is_array(value)
    if plain is float:
        return isinstance(value, numbers.Real) and not isinstance(value, bool)
    if plain is int:
        return isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if name in ("BinaryIO", "IO"):
        return hasattr(value, "read")
    if isinstance(value, str | bytes) and plain not in (str, bytes, object) and name in ("Iterable", "Sequence"):
        return bool(of) and of[0] is str and isinstance(value, str)
    try:
        if not isinstance(value, plain):
            return False
    except TypeError:
        return True
    if of and name in ("Iterable", "Sequence", "Collection", "list", "tuple") and isinstance(value, list | tuple):
        return all(_is_one(each, of[0]) for each in value)
    return True


def _is_array(value: Any) -> bool:
    import numpy as np

    try:
        return isinstance(value, Iterable) and np.asarray(value, dtype=np.float64).ndim > 0
    except (TypeError, ValueError):
        return False


def _told(kind: Any) -> str:
    """Return what an annotation asks for, in words."""
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        words = list(dict.fromkeys(_told(each) for each in of))
        return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
    if origin is typing.Literal:
        return " or ".join(repr(each) for each in of)
    name = getattr(origin or kind, "__name__", str(kind)) if kind is not None else "None"
    return _WORDS.get(name, f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
