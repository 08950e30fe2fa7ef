"""A value worked out once: for frozen values whose parts are asked for again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - it stands where `property` would
    """A property that is worked out at the first asking and kept.

    As `functools.cached_property`, without the lock that Python 3.11 takes in it for each new
    object: what is worked out here is pure, so two threads at once find the same.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> once[T] | T:
        if instance is None:
            return self
        value = self._work(instance)
        instance.__dict__[self._name] = value
        return value


def kept(instance: object, name: str, by: str, work: Callable[[], T]) -> T:
    """What `work` gives, kept on a frozen value as long as it is asked for by the same word.

    For what rests on one thing beside the value itself, such as an edition of the registry.
    """
    place = f"kept {name}"
    held: tuple[str, T] | None = instance.__dict__.get(place)
    if held is None or held[0] != by:
        held = instance.__dict__[place] = by, work()
    return held[1]
