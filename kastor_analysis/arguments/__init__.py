"""Calls with an argument of a wrong type, made errors of the package that name the argument.

Where a call fails because of one, `names_arguments` (of a class) and `naming` (of a function) make that an error which
names it. Nothing is looked at before a call has failed, so that a right one costs nothing; a failure is taken for the
caller's only where an argument is none of what the signature says, and any other stays as it was raised.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

from ..errors import KastorError

_Named = TypeVar("_Named", bound=type)
_Call = TypeVar("_Call", bound=Callable[..., Any])


def names_arguments(error: type[KastorError] = KastorError) -> Callable[[_Named], _Named]:
    """Return what makes every public method of a class, and its making, name the argument that is wrong.

    Parameters
    ----------
    error : type
        What is raised.
    """

    def of_class(named: _Named) -> _Named:
        from inspect import getattr_static  # where there are dataclasses it is loaded

        for name in dir(named):
            if name.startswith("_") and name != "__init__":
                continue
            member = getattr_static(named, name)
            if isinstance(member, classmethod | staticmethod):
                setattr(named, name, type(member)(naming(error)(member.__func__)))
            elif isinstance(member, types.FunctionType):
                setattr(named, name, naming(error)(member))
        return named

    return of_class


def naming(error: type[KastorError] = KastorError) -> Callable[[_Call], _Call]:
    """Return the same for one function."""

    def of_function(function: _Call) -> _Call:
        @wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            try:
                result = function(*args, **kwargs)
            except Exception as fault:
                tell(fault, args, kwargs)
                raise
            return watched(result, args, kwargs) if isinstance(result, types.GeneratorType) else result

        def watched(items: Iterator[Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[Any]:
            try:
                yield from items
            except Exception as fault:
                tell(fault, args, kwargs)
                raise

        def tell(fault: Exception, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
            if isinstance(fault, KastorError):
                return
            from .faults import fault_of

            if (said := fault_of(function, args, kwargs)) is not None:
                raise error(said, hint=f"help({function.__qualname__}) says what it takes") from fault

        return called  # type: ignore[return-value]

    return of_function
