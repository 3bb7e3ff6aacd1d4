# make demo   builds and installs the package into .venv, and lifts the TTIR in examples/ir
# make test   adds what the tests need, and runs every suite
# make build  the C++ parts only, for work on them (into build/dev)
PYTHON ?= python3.11
JOBS ?= 2
BIN := .venv/bin
PIP := .venv/bin/python -m pip install --quiet --disable-pip-version-check
export CMAKE_BUILD_PARALLEL_LEVEL := $(JOBS)

SOURCES := $(shell find CMakeLists.txt pyproject.toml cmake include lib python tools \
             -type f -not -name '*.so' -not -path '*/__pycache__/*')
CXX_FILES := $(shell find include lib tools -name '*.cpp' -o -name '*.h')
PYTHON_FILES := python test/python benchmarks examples

.PHONY: demo test build lint lit pytest clean

demo: .venv/installed
	$(BIN)/triton-lift lift $(wildcard examples/ir/*.ttir)

test: lint lit pytest

# No build isolation: the wheel is built with the environment's own MLIR, so that the tool runs in place too.
.venv/installed: .venv/requirements $(SOURCES)
	$(PIP) --no-build-isolation --no-deps --force-reinstall \
	  --config-settings build-dir=build/wheel --config-settings cmake.define.TRITON_LIFT_TOOLS=ON .
	touch $@

.venv/requirements: pyproject.toml
	$(PYTHON) -m venv .venv
	$(call requirements,p['build-system']['requires'] + p['project']['dependencies'])
	touch $@

.venv/test-requirements: .venv/requirements
	$(call requirements,p['project']['optional-dependencies']['test'])
	touch $@

# Installs what a list in pyproject.toml names.
define requirements
$(BIN)/python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb')); print(*$(1), sep='\n')" > $@.txt
	$(PIP) -r $@.txt
endef

build: .venv/requirements
	$(BIN)/cmake -G Ninja -S . -B build/dev -DPython_EXECUTABLE=$(CURDIR)/$(BIN)/python
	$(BIN)/cmake --build build/dev

# No cache: whether an import is our own depends on which files exist, and ruff's cache does not know that.
lint: .venv/installed .venv/test-requirements
	$(BIN)/clang-format --dry-run -Werror $(CXX_FILES)
	$(BIN)/ruff check --no-cache $(PYTHON_FILES)
	$(BIN)/ruff format --check $(PYTHON_FILES)
	$(BIN)/mypy python/triton_lift

lit: .venv/installed .venv/test-requirements
	$(BIN)/lit -j $(JOBS) -q build/wheel/test

pytest: .venv/installed .venv/test-requirements
	$(BIN)/python -m pytest -n $(JOBS)

clean:
	rm -rf .venv build
