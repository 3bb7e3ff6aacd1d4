"""How lit runs the tests of the C++ parts: FileCheck on the output of triton-lift-opt."""

import os

import lit.formats

config.name = "triton-lift"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
config.excludes = ["python"]
config.test_source_root = os.path.dirname(__file__)

# FileCheck and not come with LLVM; python and the solvers with the environment that configured the build.
path = [config.triton_lift_tools, config.llvm_tools, os.path.dirname(config.python), os.environ["PATH"]]
config.environment["PATH"] = os.pathsep.join(path)
