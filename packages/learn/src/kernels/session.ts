/**
 * Memory and threads for one piece of work. Addresses are handed out from low to high, 64-byte
 * aligned, with 64 bytes to spare behind each block (kernels may look that far past an end); they
 * are given back all at once. What is in a new block is not defined. Growing replaces the buffer:
 * take views after the last `allocate`.
 */

import { kernelErrors } from "./errors.js";
import { type KernelName, MOST_PAGES, PAGE_BYTES } from "./kernel-module.js";
import { noteMemory } from "./memory-watch.js";

/** A kernel with its arguments. */
export interface KernelCall {
  /** Which one. */
  readonly kernel: KernelName;
  /** Its arguments; 64-bit integers are bigints. */
  readonly values: readonly (number | bigint)[];
}

/** Memory and threads, lent for one piece of work. */
export interface Session {
  /** Threads that work together. */
  readonly threads: number;
  /** Whether calls run in the calling thread, so that long ones must be cut by the caller. */
  readonly inline: boolean;
  /** Its memory. */
  readonly arena: Arena;
  /** Runs calls in any order, each once, on whichever thread is free; results in their order. */
  readonly runAll: (calls: readonly KernelCall[]) => Promise<number[]>;
  /** Runs one call a thread, all at the same time: they may wait for each other. */
  readonly runTogether: (calls: readonly KernelCall[]) => Promise<number[]>;
  /** Gives everything back; ends the threads where calls are still under way. */
  readonly close: () => void;
}

/**
 * Holds a plan against what can be addressed, and against a limit of the caller.
 * @param bytes that the work will take
 * @throws KERNEL_MEMORY
 */
export function checkPlannedMemory(doing: string, bytes: number, most = Infinity): void {
  const limit = Math.min(most, MOST_PAGES * PAGE_BYTES);
  if (bytes > limit) throw kernelErrors.KERNEL_MEMORY({ doing, bytes, limit });
}

const START = 64;

/** Where a block ends that begins at an address, and the next one begins. */
function blockEnd(address: number, bytes: number): number {
  return Math.ceil((address + bytes) / 64) * 64 + 64;
}

/**
 * Bytes that blocks take in a memory of their own, to spare and aligned.
 * @param blocks bytes of each, in their order
 */
export function bytesOfBlocks(blocks: readonly number[]): number {
  return blocks.reduce(blockEnd, START);
}

/** Hands out the addresses of a memory; see the head of the file. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly #doing: string;
  #next = START;

  /**
   * @param memory whose addresses are handed out
   * @param doing for the error: `Fitting boosting`
   */
  constructor(memory: WebAssembly.Memory, doing: string) {
    this.memory = memory;
    this.#doing = doing;
  }

  /** Where the next block will begin; see `release`. */
  mark(): number {
    return this.#next;
  }

  /** Gives back all blocks from a mark on. */
  release(mark: number): void {
    this.#next = mark;
  }

  /**
   * A block of memory.
   * @param bytes ≥ 0
   * @returns its address, a multiple of 64
   * @throws KERNEL_MEMORY
   */
  allocate(bytes: number): number {
    const address = this.#next;
    const end = blockEnd(address, bytes);
    const limit = MOST_PAGES * PAGE_BYTES;
    if (end > limit) throw kernelErrors.KERNEL_MEMORY({ doing: this.#doing, bytes: end, limit });
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (cause) {
        const held = this.memory.buffer.byteLength;
        throw kernelErrors.KERNEL_MEMORY({ doing: this.#doing, bytes: end, limit: held }, cause);
      }
    }
    this.#next = end;
    noteMemory(end);
    return address;
  }

  /** The doubles at an address. */
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  /** The floats at an address. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** The whole numbers at an address. */
  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  /** The bytes at an address. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}
