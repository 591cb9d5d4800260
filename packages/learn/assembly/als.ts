/**
 * Alternating least squares: one side's rows are solved while the other side's stand still. Every
 * row's answer is its own, and sums over rows are made of parts of fixed rows, so that no schedule
 * changes a bit. Widths are multiples of eight floats; what is beyond the factors is 0.
 */
import { AlsPlan, at } from "./als-plan";
import { openScratch, solveRow } from "./als-row";
import { gemm } from "./dense";
import { takePart } from "./parts";

const GRAM_ROWS: i32 = 64;
const ROTATED_ROWS: i32 = 96;

/** Adds products of four columns with eight over some rows; a block of the Gram matrix. */
function gramBlock(
  rows: usize, count: i32, stride: usize, left: i32, right: i32, sums: usize,
): void {
  let c00 = v128.load(sums), c01 = v128.load(sums, 16);
  const to1 = sums + stride;
  let c10 = v128.load(to1), c11 = v128.load(to1, 16);
  const to2 = to1 + stride;
  let c20 = v128.load(to2), c21 = v128.load(to2, 16);
  const to3 = to2 + stride;
  let c30 = v128.load(to3), c31 = v128.load(to3, 16);
  let a = at(rows, left);
  let b = at(rows, right);
  for (let row = 0; row < count; row++, a += stride, b += stride) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
  }
  v128.store(sums, c00);
  v128.store(sums, c01, 16);
  v128.store(to1, c10);
  v128.store(to1, c11, 16);
  v128.store(to2, c20);
  v128.store(to2, c21, 16);
  v128.store(to3, c30);
  v128.store(to3, c31, 16);
}

/** Upper blocks of the Gram matrix of a part's rows of the fixed side. */
function gramPart(plan: AlsPlan, part: i32, scratch: usize): void {
  const width = plan.width;
  const stride = <usize>width << 2;
  const cells = width * width;
  const out = plan.results + (<usize>(part * cells) << 3);
  memory.fill(out, 0, <usize>cells << 3);
  const end = load<i32>(at(plan.bounds, part), 4);
  for (let row = load<i32>(at(plan.bounds, part)); row < end; row += GRAM_ROWS) {
    const rows = plan.fixed + <usize>row * stride;
    const count = min(GRAM_ROWS, end - row);
    memory.fill(scratch, 0, <usize>cells << 2);
    for (let left = 0; left < width; left += 4) {
      for (let right = left & ~7; right < width; right += 8) {
        gramBlock(rows, count, stride, left, right, at(scratch, left * width + right));
      }
    }
    for (let cell = 0; cell < cells; cell++) {
      const to = out + (<usize>cell << 3);
      store<f64>(to, load<f64>(to) + <f64>load<f32>(at(scratch, cell)));
    }
  }
}

/** Multiplies a part's rows of the solved side by the rotation. */
function rotatePart(plan: AlsPlan, part: i32, scratch: usize): void {
  const width = plan.width;
  const stride = <usize>width << 2;
  const end = load<i32>(at(plan.bounds, part), 4);
  const work = scratch + <usize>ROTATED_ROWS * stride;
  for (let row = load<i32>(at(plan.bounds, part)); row < end; row += ROTATED_ROWS) {
    const count = min(ROTATED_ROWS, end - row);
    const rows = plan.solved + <usize>row * stride;
    gemm(rows, plan.rotation, scratch, count, width, width, work);
    memory.copy(rows, scratch, <usize>count * stride);
  }
}

/** Solves a part's rows; its results are their part of the objective, and their penalty. */
function solvePart(plan: AlsPlan, part: i32, scratch: usize): void {
  const row = openScratch(plan, scratch);
  const end = load<i32>(at(plan.bounds, part), 4);
  const sums = plan.results + (<usize>part << 4);
  memory.fill(sums, 0, 16);
  for (let number = load<i32>(at(plan.bounds, part)); number < end; number++) {
    solveRow(plan, row, number, sums);
  }
}

/** One part of the phase; a function of its own, so that the engine may replace it. */
function workPart(plan: AlsPlan, part: i32, scratch: usize): void {
  if (plan.phase == 0) gramPart(plan, part, scratch);
  else if (plan.phase == 1) rotatePart(plan, part, scratch);
  else solvePart(plan, part, scratch);
}

/**
 * Takes parts that nobody has taken until there are none.
 * @param address of the plan
 * @param thread whose scratch memory is used
 * @param most parts to take
 */
export function alsWork(address: usize, thread: i32, most: i32): void {
  const plan = changetype<AlsPlan>(address);
  const scratch = plan.scratch + <usize>thread * <usize>plan.scratchBytes;
  for (let taken = 0; taken < most; taken++) {
    const part = takePart(address);
    if (part < 0) return;
    workPart(plan, part, scratch);
  }
}
