"""Square roots."""

from triton_lift.egraph.rewrites.entry import Rewrite

REWRITES = (
    Rewrite("a reciprocal root", "(Rsqrt a)", "(Div (Num one) (Sqrt a))"),
    Rewrite("a root squared", "(Mul (Sqrt a) (Sqrt a))", "a"),
    Rewrite("something over its root", "(Div a (Sqrt a))", "(Sqrt a)"),
    Rewrite("a root over what it is of", "(Div (Sqrt a) a)", "(Div (Num one) (Sqrt a))"),
    Rewrite("a root of a square", "(Sqrt (Mul a a))", "(Abs a)"),
    Rewrite("a root of an exponential", "(Sqrt (Exp a))", "(Exp (Mul (Num half) a))"),
    Rewrite("a root of a reciprocal", "(Sqrt (Div (Num one) a))", "(Div (Num one) (Sqrt a))"),
)
