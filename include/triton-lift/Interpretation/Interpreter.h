//===- Interpreter.h - symbolic interpretation of one kernel -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_INTERPRETATION_INTERPRETER_H
#define TRITON_LIFT_INTERPRETATION_INTERPRETER_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "triton-lift/Interpretation/Semantics.h"
#include "llvm/ADT/MapVector.h"
#include <set>
#include <unordered_set>

namespace triton_lift {

/// Scalar type of an element: what a tensor or memory holds, i64 for a pointer.
Type elementType(Type type);
/// Shape of a tensor or of memory, empty for a scalar. A block pointer is seen
/// as the vector of its offsets, one for each dimension of the block.
ArrayRef<int64_t> shapeOf(Type type);
/// What a (tensor of) pointer points to; null for anything else.
Type pointeeType(Type type);
/// Whether every number of the format `narrow` is one of `wide`: more bits do
/// not suffice.
bool holdsAll(mlir::FloatType wide, mlir::FloatType narrow);
/// The effect's kind for an atomic operation, empty if that is unknown.
StringRef atomicKind(mlir::Operation *op);
/// An integer attribute of an operation, however it is spelled (enums too).
std::optional<int64_t> integerAttr(mlir::Operation *op, StringRef name);

/// A kernel argument that a pointer points into, or why there is none; if it
/// can be one of several, these.
struct Array {
  std::optional<unsigned> argument;
  std::string reason;
  SmallVector<unsigned> candidates;
};

/// Evaluates values of a `tt.func` at indices, on demand, into terms of a
/// `lift.kernel`. A tensor is a function of its index: cost does not depend on
/// shapes. Every effect is either in the kernel or refused there.
class Interpreter {
public:
  Interpreter(mlir::Operation *function, lift::KernelOp kernel);

  /// Fills the kernel. `stackBytes`: what the recursion may use.
  void run(size_t stackBytes);

  TermBuilder terms;

  /// The element of `value` at `index` (one i32 term per dimension).
  Value at(Value value, ArrayRef<Value> index);
  Value scalar(Value value) { return at(value, {}); }

  /// A variable bound by whoever asked for it.
  Value freshVariable(StringRef kind, std::optional<int64_t> extent);
  /// One index term per dimension: variables, 0 where the extent is 1.
  SmallVector<Value> freshIndex(StringRef kind, ArrayRef<int64_t> shape,
                                SmallVectorImpl<Value> &variables);

  /// A term without a known value: the kernel is refused if it reaches an
  /// effect.
  Value unsupported(mlir::Operation *op, Type type, const llvm::Twine &reason);
  /// The kernel is refused.
  void refuse(mlir::Operation *op, const llvm::Twine &reason);
  /// A value that is the same for the same origin, index and iteration;
  /// `missing` is what the operation lacks that would have given it.
  Value arbitrary(mlir::Operation *origin, Type type, ArrayRef<Value> index,
                  llvm::StringRef missing = "");

  /// The condition, in the enclosing loops' iteration, under which a block
  /// runs.
  Value pathCondition(mlir::Block *block);
  /// The condition under which control takes this edge.
  Value edgeCondition(mlir::Block *from, unsigned successor);
  /// Ids of the loops around an operation, outermost first.
  SmallVector<int64_t> enclosingLoops(mlir::Operation *op);

  /// The only operation `name` that a pointer or descriptor can stem from, or
  /// null. All its uses lie where it dominates.
  mlir::Operation *originOf(Value pointer, StringRef name);
  /// The array a pointer points into.
  Array arrayOf(Value pointer);
  /// The number of the array that a pointer's element points into, as an i64
  /// term: for a pointer into one of several.
  Value whichArray(Value pointer, ArrayRef<Value> index);
  /// Whether pointers presently evaluate to the number of their array, rather
  /// than to their offset.
  bool isAskingForArrays() const { return askingForArrays; }
  /// The element that a load at `pointer` finds; null (with the reason) if that
  /// is unknown.
  Value load(mlir::Operation *op, Value pointer, ArrayRef<Value> index,
             Type type, std::string &reason);
  /// Element `offset` of the array as the load `op` finds it, as a `type`.
  Value read(mlir::Operation *op, unsigned array, Value offset, Type type);
  /// How many writes of the array precede the operation in program order.
  int64_t versionAt(mlir::Operation *op, unsigned array);
  /// A write of the elements of `pointer`; mask may be null.
  void write(mlir::Operation *op, StringRef kind, Value pointer, Value mask,
             Value value);
  /// The same with everything given as terms.
  void effect(mlir::Operation *op, StringRef kind, unsigned array,
              ArrayRef<Value> lanes, Value offset, Value mask, Value value,
              Type pointee);
  void assume(mlir::Operation *op, StringRef kind, Value condition);

  /// The number of the array that pointers made of a table's entries point
  /// into: beyond the arguments, followed by that of its rows' size.
  std::optional<unsigned> tableOf(mlir::Operation *op, std::string &reason);
  /// The element offset of such a pointer.
  Value entryOf(mlir::OpResult pointer, ArrayRef<Value> index);
  /// Arguments that are arrays of addresses of such elements.
  struct Table {
    unsigned argument;
    Type pointee;
  };
  SmallVector<Table> tables;

  /// The place of an operation in program order.
  int64_t orderOf(mlir::Operation *op) { return positions.lookup(op); }

  /// Iteration counter of a loop, by its id.
  Value iterationOf(int64_t loop) { return iteration(loops[loop].op); }
  /// Iteration counter of a loop; its carried value at the start of the
  /// iteration, or after the loop.
  Value iteration(mlir::scf::ForOp loop);
  Value carried(mlir::scf::ForOp loop, unsigned position, ArrayRef<Value> index,
                bool afterwards);

  /// The fold (combine) of a reduction or scan; evaluated once.
  int64_t fold(mlir::Operation *op);
  /// Binds a region argument to a term (arguments of a combine).
  void bind(Value argument, Value term) { bound[argument] = term; }

  mlir::Operation *function;

private:
  SmallVector<Value> pointerSources(Value pointer);
  unsigned numArguments() const {
    return function->getRegion(0).getNumArguments();
  }
  /// The type of an array's elements.
  Type storedIn(unsigned array);
  void refuseWrittenTables();

  void findNamedTensors();
  Value element(Value tensor, ArrayRef<Value> index);
  void emitTensor(Value tensor, int64_t id);

  struct Loop {
    mlir::scf::ForOp op;
    int64_t id = 0;
    Value variable;
    bool used = false;
    std::set<unsigned> carries;
  };
  using MemoKey = std::pair<Value, SmallVector<Value, 4>>;
  struct MemoHash {
    size_t operator()(const MemoKey &key) const {
      return llvm::hash_combine(
          key.first,
          llvm::hash_combine_range(key.second.begin(), key.second.end()));
    }
  };

  Value evaluate(Value value, ArrayRef<Value> index);
  Value evaluateArgument(mlir::BlockArgument argument, ArrayRef<Value> index);
  bool isAcyclic();
  void number();
  void numberBlock(mlir::Block &block);
  void execute(mlir::Block &block);
  void requirePure(mlir::Operation *op);
  Loop &loopOf(mlir::scf::ForOp op) { return loops[loopIndex.lookup(op)]; }
  void emitLoops();
  void emitCarry(Loop &loop, unsigned position);
  void emitDeferred();
  void dropUnused();

  lift::KernelOp kernel;
  const Semantics &semantics;
  const char *stackBase = nullptr;
  size_t stackLimit = 0, maxTerms = 0;

  std::unordered_map<MemoKey, Value, MemoHash> memo, arrayMemo;
  bool askingForArrays = false;
  llvm::DenseMap<Value, Value> bound;
  llvm::DenseMap<mlir::Block *, Value> pathConditions;
  llvm::DenseMap<Value, std::optional<unsigned>> arrays;

  // Program order, and the positions of the writes to each array (-1: to an
  // unknown one).
  llvm::DenseMap<mlir::Operation *, int64_t> positions;
  llvm::DenseMap<int64_t, SmallVector<int64_t>> writePositions;
  llvm::DenseMap<mlir::Operation *, std::set<int64_t>> writesInLoop;
  std::optional<int64_t> firstAtomic;

  std::vector<Loop> loops;
  llvm::DenseMap<mlir::Operation *, size_t> loopIndex;
  std::vector<std::pair<size_t, unsigned>> pendingCarries;

  // Tensors with a definition of their own: ids, -1 before they are asked for.
  llvm::MapVector<Value, int64_t> namedTensors;
  std::vector<std::pair<Value, int64_t>> pendingTensors;
  int64_t nextTensor = 0;

  int64_t nextVariable = 0;
  llvm::DenseMap<mlir::Operation *, int64_t> arbitraryIds;
  llvm::DenseMap<mlir::Operation *, int64_t> foldIds;
  // Ties are written after all terms.
  std::vector<std::function<void()>> ties;
};

} // namespace triton_lift

#endif // TRITON_LIFT_INTERPRETATION_INTERPRETER_H
