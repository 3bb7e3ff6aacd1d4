"""Elements that a loop reads and then stores, each once: a prefix sum in place.

Theorem. Let the loop's store be the only write of X in the kernel, no two of whose points (programs, iterations, lanes)
share an address. What an iteration reads at its own store's address, before that store and where it does store, is
what X held before the kernel: the element's only writer is that very point, which comes later. Where it does not
store, the read stays as it is.
That no two points share an address is proved when the store has been lifted (`Kernel.visited_once`).
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift.reading import Effect, Kernel, Loop
from triton_lift.reading.kernel import INITIAL
from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, subterms


def first_visits(kernel: Kernel) -> Kernel:
    """The kernel with such reads marked as reads of what was there before; the kernel itself where there are none."""
    arrays = [e.array for e in kernel.effects]
    effects, loops, once = list(kernel.effects), dict(kernel.loops), set(kernel.visited_once)
    for number, e in enumerate(effects):
        if e.kind != "store" or not e.loops or arrays.count(e.array) > 1 or kernel.arrival is not None:
            continue
        loop = loops[e.loops[-1]]
        changed = _loop_marked(loop, e)
        if changed is loop:
            continue
        loops[loop.id] = changed
        effects[number] = replace(e, value=_marked(e.value, e.offset, e))
        once.add(e.array)
    return replace(kernel, effects=effects, loops=loops, visited_once=frozenset(once)) if once else kernel


def _loop_marked(loop: Loop, e: Effect) -> Loop:
    """The loop with the reads at the store's own address marked in what it carries."""
    lanes = [lane for lane, _ in e.lanes]
    carries = dict(loop.carries)
    for pos, carry in loop.carries.items():
        coords = [c for c in carry.coords if c.op == "var"]
        names = dict(zip(lanes, coords, strict=False)) if len(coords) == len(lanes) else {}
        here = replace(e, guard=substitute(e.guard, names))
        following = _marked(carry.next, substitute(e.offset, names), here)
        if following is not carry.next:
            carries[pos] = replace(carry, next=following)
    return loop if carries == loop.carries else replace(loop, carries=carries)


def _marked(t: Term, address: Term, e: Effect) -> Term:
    """`t` with the reads at `address` marked, where the store happens."""
    memo: dict[tuple[Term, bool], Term] = {}
    needed = {c for c in bools.conjuncts(e.guard) if c is not bools.TRUE}

    def is_own(u: Term) -> bool:
        array, version, around = u.attr
        return array == e.array and version == e.version and e.loops[-1] in around and u.args[0] is address

    if not any(u.op == "read" and is_own(u) for u in subterms([t])):
        return t

    def visit(u: Term, happens: bool) -> Term:
        key = (u, happens)
        if key not in memo:
            if u.op == "read" and is_own(u):
                before = make("read", u.args, (e.array, 0, (INITIAL,)), u.sort)
                memo[key] = before if happens else reals.select(e.guard, before, u)
            elif u.op == "select":
                inside = happens or needed <= set(bools.conjuncts(u.args[0]))
                parts = (visit(u.args[0], happens), visit(u.args[1], inside), visit(u.args[2], happens))
                memo[key] = rebuild(u, parts)
            else:
                memo[key] = rebuild(u, tuple(visit(a, happens) for a in u.args))
        return memo[key]

    return visit(t, not needed)
