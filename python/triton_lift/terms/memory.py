"""Answers to questions about terms, remembered.

Terms share parts, so that a question about one asks again and again about the same ones. Nothing is kept alive
that its kernel does not need any more.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import wraps
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from triton_lift.terms.term import Term

Question = TypeVar("Question", bound=Callable[..., bool])
_Answers = MutableMapping[Term, dict[tuple[object, ...], bool]]


def remembered(question: Question) -> Question:
    """Remembers a yes or no about a term; a callable among the arguments has a memory of its own."""
    plain: _Answers = WeakKeyDictionary()
    others: MutableMapping[Callable[..., Any], _Answers] = WeakKeyDictionary()

    @wraps(question)
    def asked(t: Term, *rest: Any) -> bool:
        answers = plain
        if rest and rest[-1] is not None and callable(rest[-1]):
            answers = others.setdefault(rest[-1], WeakKeyDictionary())
        known = answers.get(t)
        if known is None:
            known = answers[t] = {}
        key = tuple(r for r in rest if not callable(r))
        if key not in known:
            known[key] = question(t, *rest)
        return known[key]

    return cast(Question, asked)
