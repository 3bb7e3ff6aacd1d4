# triton_lift_add_library(NAME SOURCES...)
# One OBJECT library per folder of lib/: the tool and the extension link the same objects against
# different MLIR shared libraries, so nothing here may link MLIR itself.
set_property(GLOBAL PROPERTY TRITON_LIFT_LIBRARIES "")
set(TRITON_LIFT_OPTIONS -fno-rtti -fno-exceptions -Wall -Wextra -Wno-unused-parameter)
function(triton_lift_add_library name)
  add_library(${name} OBJECT ${ARGN})
  target_compile_options(${name} PRIVATE ${TRITON_LIFT_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM TritonLiftPrecompiled)
  add_dependencies(${name} triton-lift-headers)
  set_property(GLOBAL APPEND PROPERTY TRITON_LIFT_LIBRARIES ${name})
endfunction()

# MLIR's headers take most of the time to compile a file: they are read once for all of them.
file(WRITE "${CMAKE_BINARY_DIR}/Precompiled.cpp" "")
add_library(TritonLiftPrecompiled OBJECT "${CMAKE_BINARY_DIR}/Precompiled.cpp")
target_compile_options(TritonLiftPrecompiled PRIVATE ${TRITON_LIFT_OPTIONS})
target_precompile_headers(TritonLiftPrecompiled PRIVATE
  <llvm/ADT/TypeSwitch.h>
  <mlir/Bytecode/BytecodeOpInterface.h>
  <mlir/IR/Builders.h>
  <mlir/IR/BuiltinAttributes.h>
  <mlir/IR/BuiltinOps.h>
  <mlir/IR/BuiltinTypes.h>
  <mlir/IR/DialectImplementation.h>
  <mlir/IR/OpImplementation.h>
  <mlir/Interfaces/ControlFlowInterfaces.h>
  <mlir/Interfaces/FunctionInterfaces.h>
  <mlir/Interfaces/SideEffectInterfaces.h>)

# triton_lift_add_dialect(<file stem> <dialect namespace>): generates the declarations of one dialect from
# <stem>Ops.td. Every library depends on all generated headers.
add_custom_target(triton-lift-headers)
function(triton_lift_add_dialect stem namespace)
  set(LLVM_TARGET_DEFINITIONS ${stem}Ops.td)
  mlir_tablegen(${stem}Ops.h.inc -gen-op-decls -dialect=${namespace})
  mlir_tablegen(${stem}Ops.cpp.inc -gen-op-defs -dialect=${namespace})
  mlir_tablegen(${stem}Types.h.inc -gen-typedef-decls -typedefs-dialect=${namespace})
  mlir_tablegen(${stem}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${namespace})
  mlir_tablegen(${stem}Attrs.h.inc -gen-attrdef-decls -attrdefs-dialect=${namespace})
  mlir_tablegen(${stem}Attrs.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${namespace})
  mlir_tablegen(${stem}Dialect.h.inc -gen-dialect-decls -dialect=${namespace})
  mlir_tablegen(${stem}Dialect.cpp.inc -gen-dialect-defs -dialect=${namespace})
  add_public_tablegen_target(TritonLift${stem}IncGen)
  add_dependencies(triton-lift-headers TritonLift${stem}IncGen)
endfunction()
