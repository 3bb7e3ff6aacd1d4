# Locates the MLIR that the Python wheels carry, so that the extension is built against the very
# libraries it will share a process with. LLVM_DIR is set first: a system LLVM must never be found.
execute_process(
  COMMAND "${Python_EXECUTABLE}" -c
          "import mlir, llvm; print(list(mlir.__path__)[0], list(llvm.__path__)[0], sep=';')"
  OUTPUT_VARIABLE _wheel_dirs
  OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
list(GET _wheel_dirs 0 MLIR_WHEEL_DIR)
list(GET _wheel_dirs 1 LLVM_WHEEL_DIR)

set(LLVM_DIR "${LLVM_WHEEL_DIR}/lib/cmake/llvm" CACHE PATH "" FORCE)
set(MLIR_DIR "${MLIR_WHEEL_DIR}/lib/cmake/mlir" CACHE PATH "" FORCE)
find_package(MLIR 22.1.8 EXACT REQUIRED CONFIG NO_DEFAULT_PATH PATHS "${MLIR_DIR}")
message(STATUS "MLIR from ${MLIR_DIR}")

list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
set(MLIR_TABLEGEN_EXE "${MLIR_WHEEL_DIR}/bin/mlir-tblgen")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

set(MLIR_PYTHON_CAPI "${MLIR_WHEEL_DIR}/_mlir_libs/libMLIRPythonCAPI.so")
set(MLIR_SHARED "${MLIR_WHEEL_DIR}/lib/libMLIR.so")
set(LLVM_SHARED "${LLVM_WHEEL_DIR}/lib/libLLVM.so")
