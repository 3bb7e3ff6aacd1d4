"""Reads the plain-data summary of one kernel (docs/reference/lift-dialect.md) into terms."""

from __future__ import annotations

import math
from typing import Any

from triton_lift.networks import without_tensors
from triton_lift.reading.arrivals import arrival_of, asks_for_atomics, split
from triton_lift.reading.constants import named_constant, well_known
from triton_lift.reading.float_atomics import extremum_of_floats, joined
from triton_lift.reading.floats import shortest_decimal
from triton_lift.reading.kernel import (
    LATE,
    Carry,
    Effect,
    Kernel,
    Loop,
    Parameter,
    Rounding,
    Unsupported,
    WrapRisk,
)
from triton_lift.reading.operators import MEANINGS, Call, sort_of, width_of
from triton_lift.reading.ranked import by_rank
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

# Reduction kinds of the dialect on signed integers and floats; bit operations keep their own names.
_KINDS = {
    "addi": "add",
    "muli": "mul",
    "maxs": "max",
    "mins": "min",
    "add": "add",
    "mul": "mul",
    "max": "max",
    "min": "min",
}
_BIT_KINDS = {"andi": "and", "ori": "or", "xori": "xor", "and": "and", "or": "or", "xor": "xor"}


def read_summary(summary: dict[str, Any]) -> Kernel:
    """The kernel of one summary. Raises nothing for unsupported operations: they are listed in the result."""
    summary = without_tensors(summary)
    reader = _Reader(summary)
    kernel = reader.kernel()
    if not asks_for_atomics(summary):
        return kernel
    arrival = arrival_of(kernel, reader.orders)
    return split(kernel if arrival is None else _Reader(summary, arrival).kernel())


class _Reader:
    def __init__(self, summary: dict[str, Any], arrival: int | None = None) -> None:
        """`arrival`: where in program order the last program knows that all others have arrived, if there is such."""
        self.summary = summary
        self.arrival = arrival
        self.orders: dict[Term, int] = {}
        self.params = [
            Parameter(
                i,
                p["name"],
                p["type"],
                p.get("divisibility"),
                descriptor=p.get("descriptor", False),
                table=p.get("table"),
            )
            for i, p in enumerate(summary["params"])
        ]
        self.result = Kernel(summary["kernel"], summary["location"], self.params)
        self.terms: list[Term] = []
        self.types: list[str] = []
        self.loop_vars: dict[int, Term] = {}
        self.risks: dict[int, WrapRisk] = {}
        self.rounded: set[tuple[str, str | None]] = set()
        self.refused_if_used: dict[Term, Unsupported] = {}

    def kernel(self) -> Kernel:
        for op, type_name, operands, attrs, location in self.summary["terms"]:
            try:
                term = self.term(op, type_name, operands, attrs, location)
            except Unsupported as problem:
                self.result.unsupported.append(problem)
                term = make("arbitrary", (), ("unsupported", len(self.terms)), sort_of(type_name))
            self.terms.append(term)
            self.types.append(type_name)
            if term.args and type_name[0] in "fb":
                self.result.places.setdefault(term, (type_name, location))
        for loop in self.summary["loops"]:
            self.loop(loop)
        for effect in self.summary["effects"]:
            try:
                self.effect(effect)
            except Unsupported as problem:
                self.result.unsupported.append(problem)
        self.result.effects = joined(self.result.effects)
        self.result.folds = {
            int(k): tuple(self.terms[i] for i in v) for k, v in self.summary["folds"].items()
        }
        for a in self.summary["assumes"]:
            condition = bools.disjunction(bools.negate(self.terms[a["guard"]]), self.terms[a["condition"]])
            lanes = tuple(self.terms[i] for i in a["lanes"])
            self.result.assumes.append((a["kind"], condition, lanes, a["location"]))
        for u in self.summary["unsupported"]:
            self.result.unsupported.append(Unsupported(u["op"], u["reason"], u["location"]))
        if self.refused_if_used:
            self.refuse_used()
        return self.result

    def refuse_used(self) -> None:
        """Terms that were made, but may only be taken apart, are refused where anything still has them."""
        r = self.result
        roots = [t for e in r.effects for t in (e.offset, e.guard, e.value)]
        roots += [t for fold in r.folds.values() for t in fold] + [
            condition for _, condition, _, _ in r.assumes
        ]
        for loop in r.loops.values():
            roots += [loop.step, loop.trips, loop.guard]
            roots += [t for carry in loop.carries.values() for t in (carry.init, carry.next)]
        used = set(subterms(roots))
        r.unsupported += [problem for term, problem in self.refused_if_used.items() if term in used]

    def term(
        self, op: str, type_name: str, operands: tuple[int, ...], attrs: dict[str, Any], location: str | None
    ) -> Term:
        args = tuple(self.terms[i] for i in operands)
        leaf = getattr(self, f"read_{op}", None)
        if leaf is not None:
            result: Term = leaf(args, type_name, attrs, location)
            return result
        if op not in MEANINGS:
            raise Unsupported(f"lift.{op}", "no meaning as a term", location)

        def may_wrap(result: Term, width: int, checked: Term) -> None:
            if ints.value_of(result) is None:
                self.risks[len(self.terms)] = WrapRisk(checked, width, location)

        def rounds(to: str) -> None:
            if (to, location) not in self.rounded:
                self.rounded.add((to, location))
                self.result.roundings.append(Rounding(f"rounds to {to.removeprefix('fp_to_fp:')}", location))

        def shifts(power: Term, width: int) -> None:
            self.result.shift_widths[power] = min(width, self.result.shift_widths.get(power, width))

        arg_types = tuple(self.types[i] for i in operands)

        def refuse_if_used(result: Term, problem: Unsupported) -> None:
            self.refused_if_used.setdefault(result, problem)

        call = Call(
            args,
            arg_types,
            type_name,
            attrs,
            location,
            may_wrap,
            rounds,
            shifts,
            self.element_type,
            refuse_if_used,
        )
        return MEANINGS[op](call)

    def element_type(self, array: int) -> str:
        return self.params[array].type.removeprefix("ptr<").removesuffix(">")

    # Leaves and binders: one method an operator, found by name.

    def read_param(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        index = attrs["index"]
        return make("param", (), (index, self.params[index].name), sort_of(type_name))

    def read_const(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        value = attrs["value"]
        sort = sort_of(type_name)
        if sort == "bool":
            return bools.const(bool(value))
        if sort == "int":
            return ints.const(int(value))
        number = float(value["value"]) if isinstance(value, dict) else float(value)
        if math.isnan(number):
            return make("rfun", (), "nan", "real")
        if math.isinf(number):
            return reals.INF if number > 0 else reals.NEG_INF
        named = named_constant(number, type_name)
        decimal = shortest_decimal(number, type_name)
        name, term = named or (_decimal_text(decimal), reals.const(decimal))
        if named is not None or decimal != number:
            known = well_known(number, type_name)
            text = f"constant {number!r} read as {name}" + (f", which stands for {known}" if known else "")
            if (text, None) not in self.rounded:
                self.rounded.add((text, None))
                self.result.roundings.append(Rounding(text, location))
        return term

    def read_pid(self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None) -> Term:
        return make("pid", (), attrs["axis"])

    def read_nprogs(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        return make("nprogs", (), attrs["axis"])

    def read_var(self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None) -> Term:
        if attrs["kind"] == "coord" and attrs["extent"] == 1:
            return ints.ZERO  # the only index there is, which broadcasts spell as 0
        v = var({"lane": "i", "reduce": "k", "loop": "t", "coord": "c"}[attrs["kind"]])
        if attrs["kind"] != "loop":
            self.result.extents[v] = attrs["extent"]
        return v

    def read_state(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        return make("state", args, (attrs["loop"], attrs["pos"]), sort_of(type_name))

    def read_final(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        return make("final", args, (attrs["loop"], attrs["pos"]), sort_of(type_name))

    def read_arbitrary(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        return make("arbitrary", args, attrs["id"], sort_of(type_name))

    def read_elem(self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None) -> Term:
        return make("elem", (), (attrs["fold"], attrs["pos"], attrs["side"]), sort_of(type_name))

    def read_unsupported(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        raise Unsupported(str(attrs.get("op")), str(attrs.get("reason")), location)

    def read_read(self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None) -> Term:
        around, order = tuple(attrs.get("storing_loops", ())), attrs.get("order")
        if order is not None and self.arrival is not None and order > self.arrival:
            around = (*around, LATE)
        key = (attrs["array"], attrs.get("version", 0), around)
        result = make("read", args, key, sort_of(type_name))
        if order is not None:
            self.orders[result] = max(order, self.orders.get(result, order))
        return result

    def read_fetched(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        return make("fetched", args, attrs["effect"], sort_of(type_name))

    def read_reduce(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        v, body = args
        return self.reduction(attrs["kind"], v, ints.ZERO, self.extent(v), body, type_name, location)

    def read_scan(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        v, bound, body = args
        low, high = self.prefix(v, bound, bool(attrs.get("reverse")))
        return self.reduction(attrs["kind"], v, low, high, body, type_name, location)

    def read_ranked(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        result = self.by_rank("ranked", args, attrs, location)
        return ints.wrap(result, attrs["unsigned"]) if attrs["unsigned"] else result

    def read_argranked(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        return self.by_rank("argranked", args, attrs, location)

    def by_rank(self, op: str, args: tuple[Term, ...], attrs: dict[str, Any], location: str | None) -> Term:
        v, body, rank = args
        if attrs["finite"] and not reals.finite(body):
            raise Unsupported(
                "tt.reduce", "a sorting network that multiplies what may be infinite by 0", location
            )
        if attrs["unsigned"]:
            body = ints.unsigned(body, attrs["unsigned"])
        return by_rank(op, attrs["kind"], (v, self.extent(v)), body, rank, self.element_type)

    def read_provided(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], location: str | None
    ) -> Term:
        return make("provided", args, None, args[0].sort)

    def read_foldresult(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        v, *bodies = args
        key = (("fold", attrs["fold"], attrs["pos"]), 1)
        return make(
            "foldresult", (v, ints.ZERO, self.extent(v), bools.TRUE, *bodies), key, sort_of(type_name)
        )

    def read_scanresult(
        self, args: tuple[Term, ...], type_name: str, attrs: dict[str, Any], _: str | None
    ) -> Term:
        v, bound, *bodies = args
        low, high = self.prefix(v, bound, bool(attrs.get("reverse")))
        order = "reverse" if attrs.get("reverse") else "scan"
        key = ((order, attrs["fold"], attrs["pos"]), 1)
        return make("foldresult", (v, low, high, bools.TRUE, *bodies), key, sort_of(type_name))

    def extent(self, v: Term) -> Term:
        return ints.const(self.result.extents[v])

    def prefix(self, v: Term, bound: Term, reverse: bool) -> tuple[Term, Term]:
        if reverse:
            return bound, self.extent(v)
        return ints.ZERO, ints.add(bound, ints.ONE)

    def reduction(
        self, kind: str, v: Term, low: Term, high: Term, body: Term, type_name: str, location: str | None
    ) -> Term:
        width = width_of(type_name) if type_name[0] == "i" else 0
        if kind in ("maxu", "minu"):
            inner = make("reduce", (v, low, high, bools.TRUE, ints.unsigned(body, width)), (kind[:3], 1))
            return ints.wrap(inner, width)
        if kind in _BIT_KINDS:
            name = _BIT_KINDS[kind] if body.sort == "bool" else "bit" + _BIT_KINDS[kind]
        else:
            name = _KINDS[kind]
        result = make("reduce", (v, low, high, bools.TRUE, body), (name, 1), body.sort)
        if body.sort == "int" and name in ("add", "mul"):
            self.risks[len(self.terms)] = WrapRisk(result, width, location)
        return result

    # Ties.

    def loop(self, data: dict[str, Any]) -> None:
        low, high, step = (self.terms[data[k]] for k in ("lb", "ub", "step"))
        span = ints.sub(high, low)
        if ints.value_of(step) != 1:
            span = ints.fdiv(ints.add(span, step, ints.const(-1)), step)
        trips = ints.maximum(ints.ZERO, span)
        loop = Loop(
            data["id"], self.terms[data["var"]], step, trips, self.terms[data["guard"]], data.get("location")
        )
        loop.low = low
        for c in data["carries"]:
            coords = tuple(self.terms[i] for i in c["coords"])
            loop.carries[c["pos"]] = Carry(c["pos"], coords, self.terms[c["init"]], self.terms[c["next"]])
        self.result.loops[loop.id] = loop

    def risks_of(self, roots: list[int]) -> tuple[WrapRisk, ...]:
        """The risky operations that some terms depend on, through loops and folds too."""
        loops = {loop["id"]: loop for loop in self.summary["loops"]}
        pending = list(roots)
        seen: set[int] = set()
        seen_loops: set[int] = set()
        found: dict[tuple[Term, int], WrapRisk] = {}

        def add(risk: WrapRisk) -> None:
            found.setdefault((risk.term, risk.width), risk)

        while pending:
            number = pending.pop()
            if number in seen:
                continue
            seen.add(number)
            if number in self.risks:
                add(self.risks[number])
            op, _, operands, attrs, _ = self.summary["terms"][number]
            pending += operands
            if op in ("state", "final"):
                loop = loops[attrs["loop"]]
                pending += [loop[k] for k in ("lb", "ub", "step", "guard")]
                if loop["id"] not in seen_loops:
                    seen_loops.add(loop["id"])
                    for risk in self.counter_risk(loop):
                        add(risk)
                carry = next(c for c in loop["carries"] if c["pos"] == attrs["pos"])
                pending += [carry["init"], carry["next"]]
            elif "fold" in attrs:
                pending += self.summary["folds"][attrs["fold"]]
        return tuple(found.values())

    def counter_risk(self, loop: dict[str, Any]) -> list[WrapRisk]:
        """The counter is incremented once more after the last iteration, to at most ub + step − 1."""
        high, step = (self.terms[loop[k]] for k in ("ub", "step"))
        if ints.value_of(step) == 1 or self.types[loop["ub"]] == "index":
            return []
        after = ints.add(high, step, ints.const(-1))
        return [WrapRisk(after, width_of(self.types[loop["ub"]]), loop.get("location"))]

    def conjuncts(self, number: int) -> list[int]:
        """The terms whose conjunction a condition is."""
        op, type_name, operands, _, _ = self.summary["terms"][number]
        if op == "andi" and type_name == "i1":
            return [c for o in operands for c in self.conjuncts(o)]
        return [number]

    def effect(self, data: dict[str, Any]) -> None:
        lanes = tuple((self.terms[i], self.result.extents[self.terms[i]]) for i in data["lanes"])
        loops = {loop["id"]: loop for loop in self.summary["loops"]}
        loop_risks = []
        for number in data["loops"]:
            bounds = self.risks_of([loops[number][k] for k in ("lb", "ub", "step", "guard")])
            loop_risks.append((*bounds, *self.counter_risk(loops[number])))
        guards = tuple(
            (self.terms[c], self.risks_of([c])) for c in dict.fromkeys(self.conjuncts(data["guard"]))
        )
        control = {risk for risks in (*loop_risks, *(r for _, r in guards)) for risk in risks}
        rest = tuple(r for r in self.risks_of([data["offset"], data["value"]]) if r not in control)
        guard, value = self.terms[data["guard"]], self.terms[data["value"]]
        kind, value = extremum_of_floats(data["kind"], guard, value, data.get("location"))
        self.result.effects.append(
            Effect(
                kind,
                data["array"],
                lanes,
                tuple(data["loops"]),
                self.terms[data["offset"]],
                guard,
                value,
                data["order"],
                data.get("location"),
                rest,
                tuple(loop_risks),
                guards,
                data.get("version", 0),
            )
        )


def _decimal_text(value: Any) -> str:
    text = f"{float(value):.10g}"
    return text
