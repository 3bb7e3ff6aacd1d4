"""Exponentials and logarithms: what shifts and rescalings by a maximum cancel by."""

from triton_lift.egraph.rewrites.entry import Rewrite

REWRITES = (
    Rewrite("exponential of a sum", "(Exp (Add a b))", "(Mul (Exp a) (Exp b))", both=True),
    Rewrite("exponential of a negative", "(Exp (Neg a))", "(Div (Num one) (Exp a))", both=True),
    Rewrite("exponential of nothing", "(Exp (Num zero))", "(Num one)"),
    Rewrite("exponential of a logarithm", "(Exp (Log a))", "a"),
    Rewrite("logarithm of an exponential", "(Log (Exp a))", "a"),
    Rewrite("logarithm of a product", "(Log (Mul a b))", "(Add (Log a) (Log b))", ("(positive a)", "(positive b)")),
    Rewrite("logarithm of a quotient", "(Log (Div a b))", "(Add (Log a) (Neg (Log b)))",
            ("(positive a)", "(positive b)")),
    Rewrite("logarithm of one", "(Log (Num one))", "(Num zero)"),
    Rewrite("power of two of a sum", "(Exp2 (Add a b))", "(Mul (Exp2 a) (Exp2 b))", both=True),
    Rewrite("power of two of a negative", "(Exp2 (Neg a))", "(Div (Num one) (Exp2 a))", both=True),
    Rewrite("power of two of a binary logarithm", "(Exp2 (Log2 a))", "a"),
    Rewrite("binary logarithm of a power of two", "(Log2 (Exp2 a))", "a"),
    Rewrite("binary logarithm of a product", "(Log2 (Mul a b))", "(Add (Log2 a) (Log2 b))",
            ("(positive a)", "(positive b)")),
    Rewrite("binary logarithm of a quotient", "(Log2 (Div a b))", "(Add (Log2 a) (Neg (Log2 b)))",
            ("(positive a)", "(positive b)")),
    Rewrite("binary logarithm of an exponential", "(Log2 (Mul (Exp a) b))",
            "(Add (Mul a (Log2 (Exp (Num one)))) (Log2 b))", ("(positive b)",)),
    Rewrite("natural from binary logarithm", "(Mul (Log (Num two)) (Log2 a))", "(Log a)"),
    Rewrite("natural from binary logarithm, divided", "(Div (Log2 a) (Log2 (Exp (Num one))))", "(Log a)"),
    Rewrite("power of two in base e", "(Exp2 a)", "(Exp (Mul (Log (Num two)) a))"),
    Rewrite("change of base and back", "(Mul (Log (Num two)) (Log2 (Exp (Num one))))", "(Num one)"),
)  # fmt: skip
