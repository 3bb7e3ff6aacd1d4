"""Maxima, minima, absolute values and choices."""

from triton_lift.egraph.rewrites.entry import Rewrite

REWRITES = (
    Rewrite("commute a maximum", "(Max a b)", "(Max b a)"),
    Rewrite("commute a minimum", "(Min a b)", "(Min b a)"),
    Rewrite("a maximum of one", "(Max a a)", "a"),
    Rewrite("a minimum of one", "(Min a a)", "a"),
    Rewrite("a summand out of max", "(Max (Add a c) (Add b c))", "(Add c (Max a b))"),
    Rewrite("a summand out of min", "(Min (Add a c) (Add b c))", "(Add c (Min a b))"),
    Rewrite("max of negatives", "(Neg (Max (Neg a) (Neg b)))", "(Min a b)"),
    Rewrite("min of negatives", "(Neg (Min (Neg a) (Neg b)))", "(Max a b)"),
    Rewrite("absolute value as a maximum", "(Max a (Neg a))", "(Abs a)"),
    Rewrite("absolute value of a negative", "(Abs (Neg a))", "(Abs a)"),
    Rewrite("absolute value twice", "(Abs (Abs a))", "(Abs a)"),
    Rewrite("absolute value of a nonnegative", "(Abs a)", "a", ("(nonnegative a)",)),
    Rewrite("square of an absolute value", "(Mul (Abs a) (Abs a))", "(Mul a a)"),
    Rewrite("maximum of a nonnegative and 0", "(Max a (Num zero))", "a", ("(nonnegative a)",)),
    Rewrite("choose the same", "(Sel c a a)", "a"),
    Rewrite("choose by a comparison: max", "(Sel (Lt a b) b a)", "(Max a b)"),
    Rewrite("choose by a weak comparison: max", "(Sel (Le a b) b a)", "(Max a b)"),
    Rewrite("choose by a comparison: min", "(Sel (Lt a b) a b)", "(Min a b)"),
    Rewrite("choose by a weak comparison: min", "(Sel (Le a b) a b)", "(Min a b)"),
    Rewrite("choose by the sign: absolute value", "(Sel (Lt (Num zero) a) a (Neg a))", "(Abs a)"),
    Rewrite("choose by the weak sign: absolute value", "(Sel (Le (Num zero) a) a (Neg a))", "(Abs a)"),
    Rewrite("choose by the negative sign: absolute value", "(Sel (Lt a (Num zero)) (Neg a) a)", "(Abs a)"),
    Rewrite("choose among products", "(Sel c (Mul a b) (Mul a d))", "(Mul a (Sel c b d))"),
    Rewrite("choose among sums", "(Sel c (Add a b) (Add a d))", "(Add a (Sel c b d))"),
    Rewrite("the positive part times something", "(Sel (Lt (Num zero) a) (Mul a b) (Num zero))",
            "(Mul (Max a (Num zero)) b)"),
)  # fmt: skip
