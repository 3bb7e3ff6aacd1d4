// Groups of warps that run parts of their own: read, and refused.
// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s
// RUN: triton-lift-opt --triton-lift-interpret %s | FileCheck %s --check-prefix=REFUSED
// RUN: sed -e 's/num_warps(4)/num_warps(8)/' %s | triton-lift-opt | not FileCheck %s

// REFUSED-LABEL: lift.kernel @warps
// REFUSED: lift.unsupported "ttg.warp_specialize" "groups of warps that run parts of their own
// CHECK-LABEL: tt.func @warps
tt.func @warps(%x: !tt.ptr<f32>, %v: f32) {
  // CHECK: ttg.warp_specialize(%{{.*}}, %{{.*}}) attributes {requestedRegisters = array<i32: 24>}
  ttg.warp_specialize(%x, %v) attributes {requestedRegisters = array<i32: 24>}
  // CHECK-NEXT: default {
  default {
    tt.store %x, %v : !tt.ptr<f32>
    ttg.warp_yield loc(unknown)
  }
  // CHECK: partition0(%{{.*}}: !tt.ptr<f32>, %{{.*}}: f32) num_warps(4) {
  partition0(%p: !tt.ptr<f32>, %w: f32) num_warps(4) {
    tt.store %p, %w : !tt.ptr<f32>
    ttg.warp_return loc(unknown)
  // CHECK: } : (!tt.ptr<f32>, f32) -> ()
  } : (!tt.ptr<f32>, f32) -> ()
  tt.return
}
