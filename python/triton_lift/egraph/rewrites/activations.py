"""Sigmoid, softplus, tanh and what is made of them, in the forms that kernels compute them in."""

from triton_lift.egraph.rewrites.entry import Rewrite

_SIGMOID = "(Div (Num one) (Add (Num one) (Exp (Neg x))))"
_OF_NEGATIVE = "(Div (Num one) (Add (Num one) (Exp x)))"
_DOWN = "(Exp (Neg (Abs x)))"
_HALF_TANH = "(Tanh (Mul (Num half) x))"
_SOFTPLUS = "(Log (Add (Num one) (Exp x)))"

REWRITES = (
    Rewrite("sigmoid by a growing exponential", "(Div (Exp x) (Add (Num one) (Exp x)))",
            _SIGMOID),
    Rewrite("sigmoid times something", "(Div (Mul a (Exp x)) (Add (Num one) (Exp x)))",
            "(Div a (Add (Num one) (Exp (Neg x))))"),
    Rewrite("sigmoid by the hyperbolic tangent", "(Add (Num half) (Mul (Num half) (Tanh (Mul (Num half) x))))",
            _SIGMOID),
    Rewrite("sigmoid by the hyperbolic tangent, as a product",
            "(Mul (Num half) (Add (Num one) (Tanh (Mul (Num half) x))))",
            _SIGMOID),
    Rewrite("sigmoid of the negative", "(Add (Num one) (Neg (Div (Num one) (Add (Num one) (Exp (Neg x))))))",
            _OF_NEGATIVE),
    Rewrite("sigmoid of the absolute value",
            f"(Sel (Le (Num zero) x) (Div (Num one) (Add (Num one) {_DOWN})) (Div {_DOWN} (Add (Num one) {_DOWN})))",
            _SIGMOID),
    Rewrite("softplus by the absolute value", "(Add (Max x (Num zero)) (Log (Add (Num one) (Exp (Neg (Abs x))))))",
            _SOFTPLUS),
    Rewrite("softplus by the absolute value, among others",
            "(Add (Max x (Num zero)) (Add a (Log (Add (Num one) (Exp (Neg (Abs x)))))))", f"(Add a {_SOFTPLUS})"),
    Rewrite("log sigmoid by the absolute value",
            "(Add (Min x (Num zero)) (Neg (Log (Add (Num one) (Exp (Neg (Abs x)))))))",
            "(Neg (Log (Add (Num one) (Exp (Neg x)))))"),
    Rewrite("softplus by a shrinking exponential", "(Add x (Log (Add (Num one) (Exp (Neg x)))))", _SOFTPLUS),
    Rewrite("softplus less its argument", f"(Add {_SOFTPLUS} (Neg x))", "(Log (Add (Num one) (Exp (Neg x))))"),
    Rewrite("logarithm of a sigmoid", "(Log (Div (Num one) (Add (Num one) (Exp x))))", f"(Neg {_SOFTPLUS})"),
    Rewrite("tanh by exponentials", "(Div (Add (Exp x) (Num minus-one)) (Add (Num one) (Exp x)))",
            _HALF_TANH),
    Rewrite("tanh by shrinking exponentials", "(Div (Add (Num one) (Neg (Exp x))) (Add (Num one) (Exp x)))",
            f"(Neg {_HALF_TANH})"),
    Rewrite("tanh by both exponentials", "(Div (Add (Exp x) (Neg (Exp (Neg x)))) (Add (Exp x) (Exp (Neg x))))",
            "(Tanh x)"),
    Rewrite("tanh as one less a quotient", "(Add (Num one) (Neg (Div (Num two) (Add (Num one) (Exp x)))))",
            _HALF_TANH),
    Rewrite("tanh as one less a product", f"(Add (Num one) (Neg (Mul (Num two) {_OF_NEGATIVE})))",
            _HALF_TANH),
    Rewrite("tanh as a quotient less one", "(Add (Num minus-one) (Div (Num two) (Add (Num one) (Exp x))))",
            f"(Neg {_HALF_TANH})"),
    Rewrite("tanh as a product less one", f"(Add (Num minus-one) (Mul (Num two) {_OF_NEGATIVE}))",
            f"(Neg {_HALF_TANH})"),
    Rewrite("tanh of the absolute value", "(Sel (Le (Num zero) x) (Tanh (Abs x)) (Neg (Tanh (Abs x))))", "(Tanh x)"),
    Rewrite("tanh is odd", "(Tanh (Neg x))", "(Neg (Tanh x))", both=True),
    Rewrite("tanh of a logarithm", "(Div (Add (Mul a a) (Num minus-one)) (Add (Num one) (Mul a a)))",
            "(Tanh (Log a))", ("(positive a)",)),
    Rewrite("mish by one exponential",
            "(Div (Mul (Exp x) (Add (Num two) (Exp x))) (Add (Num two) (Mul (Exp x) (Add (Num two) (Exp x)))))",
            f"(Tanh {_SOFTPLUS})"),
    Rewrite("erf is odd", "(Erf (Neg x))", "(Neg (Erf x))", both=True),
    Rewrite("complementary error function", "(Add (Num one) (Neg (Erf x)))", "(Erfc x)", both=True),
    Rewrite("complementary error function of a negative", "(Erfc (Neg x))", "(Add (Num one) (Erf x))"),
)  # fmt: skip
