"""Runs an SMT-LIB script with cvc5 (its wheel brings a library, no program) and prints the answers."""

import sys

import cvc5


def main(path: str) -> None:
    solver = cvc5.Solver()
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, path)
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        print(command.invoke(solver, symbols), end="")


if __name__ == "__main__":
    main(sys.argv[1])
