"""In place of Triton's compile: each kernel as far as TTIR, written to a store; its launches noted, none done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from triton_lift.capture.arguments import all_described, described
from triton_lift.capture.driver import run_once
from triton_lift.capture.isolation import Lost, isolated
from triton_lift.capture.offline import CompileError, compile_source
from triton_lift.capture.store import Store
from triton_lift.capture.target import Target
from triton_lift.capture.unreached import Registry, source_of
from triton_lift.expectations.decorator import expectation_of

COMPILE_SECONDS = 120.0


class StandInKernel:
    """What a launch of a compiled kernel is made on."""

    def __init__(
        self, source: Any, target: Target, options: Mapping[str, Any], ttir: str | None, identity: str | None
    ) -> None:
        self.src = source
        self.name = source.name
        self.hash = hashlib.sha256(repr((source.name, identity)).encode()).hexdigest()
        self.asm = {"ttir": ttir or "", "ttgir": "", "llir": "", "ptx": "", "amdgcn": ""}
        # Programs compute occupancy with these: nothing here may be zero where they divide.
        known = {"num_warps": 4, "num_ctas": 1, "num_stages": 3, "cluster_dims": (1, 1, 1), **options}
        self.metadata = SimpleNamespace(
            **{**known, "name": source.name, "shared": 4096, "target": target.for_triton(), "hash": self.hash}
        )
        self.packed_metadata = ()
        self.module = self.function = 1
        self.n_regs, self.n_spills, self.n_max_threads = 32, 0, 1024
        self.launched: Callable[[list[int], dict[str, Any]], None] = lambda grid, arguments: None

    def _init_handles(self) -> None:
        pass

    def launch_metadata(self, grid: Any, stream: Any, *arguments: Any) -> None:
        return None

    def run(self, grid_0: Any, grid_1: Any, grid_2: Any, *rest: Any) -> None:
        """As a compiled launcher: stream, function, two metadata and two hooks come before the arguments."""
        names = list(getattr(self.src.fn, "arg_names", ()))
        values = rest[6:]
        matched = dict(zip(names, values, strict=True)) if len(names) == len(values) else {}
        self.launched([int(n) for n in (grid_0, grid_1, grid_2)], matched)

    def __getitem__(self, grid: Any) -> Callable[..., None]:
        full = (*grid, 1, 1)[:3]

        def runner(*arguments: Any, stream: Any = None) -> None:
            self.run(*full, *[None] * 6, *arguments)

        return runner

    def result(self) -> StandInKernel:
        """What an asynchronous compile is waited for with."""
        return self


class Recorder:
    """Captures what a program compiles and launches."""

    def __init__(self, store: Store, target: Target, *, all_configs: bool = False) -> None:
        self.store = store
        self.target = target
        self.all_configs = all_configs
        self.registry = Registry()
        self._judged: set[str] = set()

    def install(self) -> None:
        """Take the place of Triton's compile, its benchmarks and its choice among configurations."""
        import triton.compiler
        import triton.testing
        from triton.runtime.autotuner import Autotuner
        from triton.runtime.jit import JITFunction

        triton.compiler.compile = triton.compile = self.compile
        triton.testing.do_bench = triton.testing.do_bench_cudagraph = run_once
        created, prune = JITFunction.__init__, Autotuner.prune_configs

        def noted(function: Any, *arguments: Any, **options: Any) -> None:
            created(function, *arguments, **options)
            self.registry.add(function)

        def first(tuner: Any, *arguments: Any, **options: Any) -> Any:
            configs = prune(tuner, *arguments, **options)
            return configs if self.all_configs else list(configs)[:1]

        JITFunction.__init__, Autotuner.prune_configs = noted, first

    def compile(self, src: Any, target: Any = None, options: Any = None, **unused: Any) -> StandInKernel:
        """The signature of `triton.compile`. A kernel that does not compile is noted, and launches all the same:
        what comes after it in the program is wanted too."""
        given = dict(options or {})
        self.registry.reached(src.fn)
        name, place = src.fn.__name__, source_of(src.fn)
        try:
            ttir = self._ttir(src, given)
        except CompileError as error:
            self.store.append("failed", kernel=name, source=error.location or place, reason=error.message)
            return StandInKernel(src, self.target, given, None, None)
        constants = {_name(src.fn, path): described(value) for path, value in src.constants.items()}
        identity = self.store.kernel(
            name,
            ttir,
            source=place,
            target=str(self.target),
            signature={n: str(t) for n, t in src.signature.items() if t != "constexpr"},
            constexprs=constants,
            attributes={_name(src.fn, path): str(value) for path, value in (src.attrs or {}).items()},
            options={n: given[n] for n in ("num_warps", "num_stages", "num_ctas") if n in given},
        )
        self._expected(src.fn, identity, name, place, ttir)
        kernel = StandInKernel(src, self.target, given, ttir, identity)
        kernel.launched = lambda grid, arguments: self.store.launch(identity, grid, all_described(arguments))
        return kernel

    def _expected(self, function: Any, identity: str, name: str, place: str | None, ttir: str) -> None:
        """What `@triton_lift.expects` says of the kernel is checked, and noted: nothing is raised into the program."""
        expectation = expectation_of(function)
        if expectation is None or identity in self._judged:
            return
        self._judged.add(identity)
        from triton_lift.expectations.listening import problem

        found = problem(ttir, name, expectation)
        verdict = "met" if found is None else "refuted" if found[0] else "undecided"
        message = None if found is None else found[1]
        self.store.append(
            "expectation",
            id=identity,
            kernel=name,
            source=place,
            verdict=verdict,
            mode=expectation.mode,
            message=message,
        )

    def _ttir(self, source: Any, options: dict[str, Any]) -> str:
        if getattr(source, "ext", "ttir") != "ttir":
            raise CompileError(f"a Gluon kernel: its compilation begins at {source.ext}, there is no TTIR")

        def compiled() -> dict[str, Any]:
            try:
                return compile_source(source, self.target, options)
            except CompileError as error:
                return {"error": error.message, "location": error.location}

        try:
            result = isolated(compiled, COMPILE_SECONDS)
        except Lost as lost:
            raise CompileError(str(lost)) from None
        if "error" in result:
            raise CompileError(result["error"], result["location"])
        return str(result["ttir"])


def _name(function: Any, path: Any) -> str:
    """The argument at a path like (3,) or, within a tuple, (3, 1)."""
    if isinstance(path, str):
        return path
    first, *rest = path if isinstance(path, tuple) else (path,)
    return ".".join([function.arg_names[first], *map(str, rest)])
