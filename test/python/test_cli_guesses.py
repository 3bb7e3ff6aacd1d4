"""`--guess` and `--sketch` on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"


def lift(
    *options: str, kernel: str = "vector_add", given: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [
        sys.executable,
        "-m",
        "triton_lift.cli",
        "lift",
        str(IR / f"{kernel}.ttir"),
        "--no-cache",
        *options,
    ]
    return subprocess.run(
        command, input=given, capture_output=True, timeout=120, env=dict(os.environ, NO_COLOR="1")
    )


@pytest.fixture
def guesses(tmp_path: Path):
    def write(text: str | bytes) -> str:
        file = tmp_path / "guesses.txt"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(file)

    return write


@pytest.mark.parametrize(
    ("lines", "code", "statuses"),
    [
        ("# right\n\nout_ptr[i] = x_ptr[i] + y_ptr[i]\r\ny_ptr[i] + x_ptr[i]\n", 0, ["proved", "proved"]),
        ("x_ptr[i] + y_ptr[i]\nx_ptr[i]\n", 1, ["proved", "refuted"]),
        ("x_ptr[i] +\n", 2, ["error"]),
        ("x_ptr[i] + y_ptr[i] + sum(k < 10000000000, x_ptr[k]) - sum(k < 10000000000, x_ptr[k])", None, None),
    ],
)
def test_verdicts_and_exit_codes(guesses, lines, code, statuses):
    done = lift("--guess", guesses(lines), "--format", "json")
    result = json.loads(done.stdout)
    assert result["status"] == "verified"
    found = [g["status"] for g in result["guesses"]]
    if statuses is None:
        assert "refuted" not in found
        return
    assert found == statuses
    assert done.returncode == code
    for g in result["guesses"]:
        assert ("counterexample" in g) == (g["status"] == "refuted")
        assert (g["reason"] is None) == (g["status"] == "proved")


def test_json_has_no_guesses_unless_asked():
    result = json.loads(lift("--format", "json").stdout)
    assert "guesses" not in result
    assert "sketches" not in result


def test_standard_input():
    done = lift("--guess", "-", "--format", "json", given=b"x_ptr[i] + y_ptr[i]\n")
    assert json.loads(done.stdout)["guesses"][0]["status"] == "proved"


def test_text_shows_the_verdicts(guesses):
    file = guesses("x_ptr[i] - y_ptr[i]\nx_ptr[i] + * y_ptr[i]\n")
    shown = lift("--guess", file, "--sketch", "x_ptr[i] + ??").stdout.decode()
    assert "guess refuted: x_ptr[i] - y_ptr[i]" in shown
    assert "where grid = " in shown
    assert "guess error: x_ptr[i] + * y_ptr[i]" in shown
    lines = shown.splitlines()
    caret = next(line for line in lines if line.strip() == "^")
    assert lines[lines.index(caret) - 1][caret.index("^")] == "*"
    assert "sketch proved: out_ptr[i] = x_ptr[i] + y_ptr[i]" in shown
    assert "?? = y_ptr[i]" in shown


def test_functions_of_whole_arrays_are_written_out(guesses):
    done = lift("--guess", guesses("out_ptr[i] = softmax(x_ptr, axis=0)\n"))
    assert (
        "softmax is of whole arrays, as it is printed: here it has to be written out" in done.stdout.decode()
    )


def test_a_guess_that_cannot_be_read_hides_nothing(guesses):
    done = lift("--guess", guesses("nothing[i] = 1\n"))
    assert done.returncode == 2 and b"None" not in done.stderr
    assert "out_ptr[i] = x_ptr[i] + y_ptr[i]" in done.stdout.decode()
    assert "guess error: nothing[i] = 1" in done.stdout.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x7fELF\x00\x01\xff\xfe", "no UTF-8"),
        (b"out\x00[i] = 1\n", "not a text file"),
        (b"# nothing\n\n", "no guesses"),
        (b"x_ptr[i]\n" * 1001, "at most 1000"),
        (b"1 + " * 1_100_000, "more than 4 MB"),
    ],
)
def test_hostile_files(guesses, content, message):
    done = lift("--guess", guesses(content))
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_file_that_is_not_there(tmp_path):
    done = lift("--guess", str(tmp_path / "none.txt"))
    assert done.returncode == 2
    assert "No such file" in done.stderr.decode()


def test_hostile_formulas_cost_little(guesses):
    nested = "-(" * 3000 + "1" + ")" * 3000
    lines = [
        nested,
        "(" * 50000 + "x_ptr[i]" + ")" * 50000,
        "1+" * 30000 + "1",
        "2^(2^(2^(2^(2^64))))",
        "(i + n)^64",
        "(x_ptr[i] + 1)^64*(y_ptr[i] + 1)^64",
        "1e400",
        "x_ptr[i] + y_ptr[i]",
    ]
    done = lift("--guess", guesses("\n".join(lines)), "--format", "json", "--timeout", "60")
    result = json.loads(done.stdout)
    found = [g["status"] for g in result["guesses"]]
    assert found[0] == found[6] == "error"
    assert found[1:3] == ["refuted", "refuted"]
    assert found[-1] == "proved"
    assert "proved" not in found[:-1]
    assert sum(g["seconds"] for g in result["guesses"]) < 30


def test_a_kernel_without_a_formula(guesses, tmp_path):
    broken = (IR / "vector_add.ttir").read_text().replace("arith.addf", "unknown.op")
    file = tmp_path / "broken.ttir"
    file.write_text(broken)
    command = [sys.executable, "-m", "triton_lift.cli", "lift", str(file), "--no-cache", "--format", "json"]
    done = subprocess.run([*command, "--guess", guesses("x_ptr[i]")], capture_output=True, timeout=120)
    result = json.loads(done.stdout)
    if result["status"] != "error":
        assert result["guesses"][0]["status"] == "unknown"
        assert "no verified formula" in result["guesses"][0]["reason"]
    assert done.returncode in (2, 3)
