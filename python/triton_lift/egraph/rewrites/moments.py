"""Variances. `(Var r x)` stands for (Σ (x − (Σ x)/n)²)/n over the n points of r, which its cost prefers to the rest."""

from triton_lift.egraph.rewrites.entry import Rewrite

_MEAN = "(Div (Sum r x) n)"

REWRITES = (
    Rewrite("variance by its definition",
            f"(Div (Sum r (Mul (Add x (Neg {_MEAN})) (Add x (Neg {_MEAN})))) n)", "(Var r x)",
            ("(counts r n)", "(nonzero n)")),
    Rewrite("variance as a difference of moments",
            f"(Add (Div (Sum r (Mul x x)) n) (Neg (Mul {_MEAN} {_MEAN})))", "(Var r x)",
            ("(counts r n)", "(nonzero n)")),
    Rewrite("a variance under an epsilon",
            f"(Add (Div (Sum r (Mul x x)) n) (Add a (Neg (Mul {_MEAN} {_MEAN}))))", "(Add a (Var r x))",
            ("(counts r n)", "(nonzero n)")),
    Rewrite("a variance over a divisor in common",
            "(Div (Add (Sum r (Mul x x)) (Neg (Div (Mul (Sum r x) (Sum r x)) n))) n)", "(Var r x)",
            ("(counts r n)", "(nonzero n)")),
    Rewrite("a variance is not negative", "(Max (Var r x) (Num zero))", "(Var r x)",
            ("(counts r n)", "(nonzero n)")),
)  # fmt: skip
