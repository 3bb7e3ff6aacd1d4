"""JUnit and SARIF: valid by their schemas whatever the results say, and counted as the exit code counts."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from docs_console import ENVIRONMENT, ROOT
from triton_lift.guess_result import GuessResult, GuessStatus
from triton_lift.lifted import Lifted, OutputFormula
from triton_lift.report.junit import to_junit
from triton_lift.report.sarif import to_sarif
from triton_lift.witness import ArrayArgument, Observation, Witness, WrapWitness

VERIFIED = Lifted(
    "k<&>",
    "ir/k.ttir",
    status="verified",
    values="proved",
    coverage="proved",
    single_writer="proved",
    outputs=[OutputFormula("y", ["i"], "0 ≤ i < n", "2·x[i]", "2x_i")],
    seconds=0.1234,
)
WITNESS = Witness(
    "single_writer",
    "two programs write different values",
    [2, 1, 1],
    {"x": ArrayArgument("f32", 2, [1.0, 2.0]), "n": 3},
    "y",
    0,
    [Observation(1.0, [0, 0, 0], "k.py:7"), Observation(2.0, [1, 0, 0], "k.py:7")],
    "k.py:7",
)
RESULTS = [
    VERIFIED,
    replace(
        VERIFIED, kernel="w", wraps_from=WrapWitness({"n": 46341}, [1, 1, 1], 32, 2**31, -(2**31), "k.py:3")
    ),
    replace(VERIFIED, kernel="half", single_writer="refuted", witness=WITNESS),
    Lifted("r", "ir/r.ttir", status="refuted", values="refuted", reason="it is \x00 not so", witness=WITNESS),
    Lifted("u", "/elsewhere/a file.ttir", reason="the solver gave up", location="-:12"),
    Lifted("s", "x.zip!u.ttgir", "ttgir", "unsupported", reason="`tt.magic`", location=f"{ROOT}/k.py:9"),
    Lifted("t", "ir/k.ttir", status="timeout", reason="no result within 2 s"),
    Lifted("", "gone.ttir", status="error", reason="no such file"),
]


@pytest.fixture(scope="module")
def suites() -> ElementTree.Element:
    xmlschema = pytest.importorskip("xmlschema")
    text = to_junit(RESULTS)
    schema = xmlschema.XMLSchema(str(Path(__file__).parent / "data" / "junit.xsd"))
    schema.validate(text)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate(text.replace("<failure", "<failed").replace("</failure", "</failed"))
    return ElementTree.fromstring(text)


def test_guesses_are_test_cases_and_findings() -> None:
    """As in the exit code: one that is refuted fails though the kernel is verified."""
    statuses: tuple[GuessStatus, ...] = ("proved", "refuted", "unknown", "error")
    guesses = [GuessResult(f"y[i] = {n}·x[i]", status, f"r{n}") for n, status in enumerate(statuses)]
    results = [replace(VERIFIED, guesses=guesses, sketches=[GuessResult("y[i] = ??", "proved")])]
    suites = ElementTree.fromstring(to_junit(results))
    outcomes = {case.get("name"): case[0].tag for case in suites.iter("testcase")}
    tags = ["system-out", "failure", "skipped", "error"]
    assert outcomes == {
        "k<&>": "system-out",
        **{f"k<&>: y[i] = {n}·x[i]": tag for n, tag in enumerate(tags)},
        "k<&>: y[i] = ??": "system-out",
    }
    assert [suites.get(n) for n in ("tests", "failures", "errors")] == ["6", "1", "1"]
    found = json.loads(to_sarif(results))["runs"][0]["results"]
    assert [r["ruleId"] for r in found] == ["guess-refuted", "guess-undecided", "guess-undecided"]
    assert found[0]["level"] == "error" and "y[i] = 1·x[i]" in found[0]["message"]["text"]
    assert len({json.dumps(r["partialFingerprints"]) for r in found}) == 3


def test_junit_counts(suites: ElementTree.Element) -> None:
    told = {name: suites.get(name) for name in ("tests", "failures", "errors")}
    assert told == {"tests": "8", "failures": "2", "errors": "1"}
    first = suites[0]
    assert (first.get("name"), first.get("tests"), first.get("skipped")) == ("ir/k.ttir", "4", "1")


def test_junit_outcomes(suites: ElementTree.Element) -> None:
    outcomes = {case.get("name"): [child.tag for child in case] for case in suites.iter("testcase")}
    assert outcomes == {
        "k<&>": ["system-out"],
        "w": ["system-out"],
        "half": ["failure"],
        "r": ["failure"],
        "u": ["skipped"],
        "s": ["skipped"],
        "t": ["skipped"],
        "(no kernel)": ["error"],
    }
    (failure, _) = suites.iter("failure")
    assert failure.get("message") == "refuted: two programs write different values"
    assert "grid = (2, 1, 1)" in (failure.text or "")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    model = pytest.importorskip("pydantic_sarif.model")
    monkeypatch.chdir(ROOT)
    text = to_sarif(RESULTS)
    log = model.StaticAnalysisResultsFormatSarifVersion210JsonSchema
    log.model_validate_json(text)
    with pytest.raises(ValueError):
        log.model_validate_json(text.replace('"ruleId"', '"rule"'))
    (run,) = json.loads(text)["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_places(run: dict[str, Any]) -> None:
    found = []
    for result in run["results"]:
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        found.append(
            (
                result["ruleId"],
                physical["artifactLocation"]["uri"],
                physical["region"]["startLine"],
                result["kind"],
            )
        )
    assert found == [
        ("wraps", "k.py", 3, "informational"),
        ("refuted", "k.py", 7, "fail"),
        ("refuted", "k.py", 7, "fail"),
        ("unknown", "file:///elsewhere/a%20file.ttir", 12, "review"),  # no Python line: that of the IR
        ("unsupported", "k.py", 9, "review"),  # relative where it can be
        ("timeout", "ir/k.ttir", 1, "review"),
        ("error", "gone.ttir", 1, "review"),
    ]


def test_sarif_levels_and_texts(run: dict[str, Any]) -> None:
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == ("error" if result["kind"] == "fail" else "none")
    text = run["results"][1]["message"]["text"]
    assert text.startswith("half: refuted: two programs") and "grid = (2, 1, 1)" in text


@pytest.mark.parametrize("format", ["junit", "sarif"])
def test_the_command(format: str, tmp_path: Path) -> None:
    """One document, and the exit code of the other formats."""
    for file, code in (("softmax.ttir", 0), ("gone.ttir", 2)):
        done = subprocess.run(
            [sys.executable, "-m", "triton_lift.cli", "lift", "--format", format, f"examples/ir/{file}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        if format == "junit":
            assert ElementTree.fromstring(done.stdout).get("errors") == str(code // 2)
        else:
            found = json.loads(done.stdout)["runs"][0]["results"]
            assert {r["ruleId"] for r in found} == ({"error"} if code else {"wraps"})
