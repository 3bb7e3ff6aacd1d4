"""Sums and extrema over ranges. Capture is what `independent` and `apart` exclude."""

from triton_lift.egraph.rewrites.entry import Rewrite

REWRITES = (
    Rewrite("a factor out of a sum", "(Sum r (Mul a b))", "(Mul a (Sum r b))", ("(independent a r)",), both=True),
    Rewrite("a divisor out of a sum", "(Sum r (Div b a))", "(Div (Sum r b) a)", ("(independent a r)", "(nonzero a)")),
    Rewrite("a sum of sums", "(Sum r (Add a b))", "(Add (Sum r a) (Sum r b))", both=True),
    Rewrite("a sum of negatives", "(Sum r (Neg a))", "(Neg (Sum r a))"),
    Rewrite("a sum of nothing", "(Sum r (Num zero))", "(Num zero)"),
    Rewrite("a sum of what does not vary", "(Sum r a)", "(Mul n a)", ("(independent a r)", "(counts r n)")),
    Rewrite("sums in the other order", "(Sum r (Sum s a))", "(Sum s (Sum r a))", ("(apart s r)", "(apart r s)")),
    Rewrite("a summand out of a maximum", "(Sup r (Add a b))", "(Add a (Sup r b))",
            ("(independent a r)", "(nonempty r)"), both=True),
    Rewrite("a factor out of a maximum", "(Sup r (Mul a b))", "(Mul a (Sup r b))",
            ("(independent a r)", "(nonempty r)", "(positive a)")),
    Rewrite("a maximum of what does not vary", "(Sup r a)", "a", ("(independent a r)", "(nonempty r)")),
    Rewrite("a maximum of negatives", "(Sup r (Neg a))", "(Neg (Inf r a))", ("(nonempty r)",)),
    Rewrite("a summand out of a minimum", "(Inf r (Add a b))", "(Add a (Inf r b))",
            ("(independent a r)", "(nonempty r)"), both=True),
    Rewrite("a factor out of a minimum", "(Inf r (Mul a b))", "(Mul a (Inf r b))",
            ("(independent a r)", "(nonempty r)", "(positive a)")),
    Rewrite("a minimum of what does not vary", "(Inf r a)", "a", ("(independent a r)", "(nonempty r)")),
    Rewrite("a minimum of negatives", "(Inf r (Neg a))", "(Neg (Sup r a))", ("(nonempty r)",)),
)  # fmt: skip
