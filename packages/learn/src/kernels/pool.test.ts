import { describe, expect, it } from "vitest";
import { openSession } from "./index.js";
import { PAGE_BYTES } from "./kernel-module.js";
import { Arena } from "./session.js";
import { type StartWorker, startWorker, type WorkerPort } from "./worker-port.js";

const LARGE = 1e12;

function tasks(session: Awaited<ReturnType<typeof openSession>>, count: number) {
  return Array.from({ length: count }, (_, k) => {
    const values = session.arena.allocate(80);
    session.arena.doubles(values, 10).set([5, 3, k, 1, -2, 0, 9, 8, 7, 6]);
    const scratch = session.arena.allocate(80 + 8192);
    return { values, call: { kernel: "sortDoubles" as const, values: [values, 10, scratch] } };
  });
}

describe("a session", () => {
  it.each([0, LARGE])("runs every call once (steps %i)", async (steps) => {
    const session = await openSession({ doing: "testing", threads: 3, steps });
    expect(session.inline).toBe(steps === 0);
    expect(session.threads).toBe(steps === 0 ? 1 : 3);
    const all = tasks(session, 20);
    const results = await session.runAll(all.map(({ call }) => call));
    expect(results).toEqual(new Array(20).fill(0));
    for (const [k, { values }] of all.entries()) {
      const expected = [5, 3, k, 1, -2, 0, 9, 8, 7, 6].sort((a, b) => a - b);
      expect([...session.arena.doubles(values, 10)]).toEqual(expected);
    }
    session.close();
  });

  it("lends the threads of one that is over, and others to one beside it", async () => {
    const wish = { doing: "testing", threads: 2, steps: LARGE };
    const first = await openSession(wish);
    const beside = await openSession(wish);
    expect(beside.arena.memory).not.toBe(first.arena.memory);
    const { memory } = first.arena;
    first.close();
    const second = await openSession(wish);
    expect(second.arena.memory).toBe(memory);
    second.close();
    beside.close();
  });

  it("ends threads whose memory grew large, so that it comes back", async () => {
    const wish = { doing: "testing", threads: 2, steps: LARGE };
    const first = await openSession(wish);
    first.arena.allocate(100 * 1024 * 1024);
    const { memory } = first.arena;
    first.close();
    const second = await openSession(wish);
    expect(second.arena.memory).not.toBe(memory);
    second.close();
  });

  it("says KERNEL_WORKER_DIED when a kernel fails, and starts new threads after", async () => {
    const wish = { doing: "testing", threads: 2, steps: LARGE };
    const session = await openSession(wish);
    const beyond = { kernel: "sortDoubles" as const, values: [4e9, 1000, 4e9] };
    await expect(session.runAll([beyond])).rejects.toMatchObject({ code: "KERNEL_WORKER_DIED" });
    session.close();
    const next = await openSession(wish);
    expect(await next.runAll(tasks(next, 3).map(({ call }) => call))).toEqual([0, 0, 0]);
    next.close();
  });

  it("says KERNEL_WORKER_DIED when a thread dies", async () => {
    const dying: StartWorker = async ({ onAnswer, onDeath }) => ({
      post: (message) => {
        if ("module" in message) onAnswer({ result: 0 });
        else onDeath("it was killed");
      },
      terminate: () => undefined,
      keepAlive: () => undefined,
    });
    const wish = { doing: "testing", threads: 2, steps: LARGE, startWorker: dying };
    const session = await openSession(wish);
    const calls = tasks(session, 2).map(({ call }) => call);
    await expect(session.runTogether(calls)).rejects.toMatchObject({
      code: "KERNEL_WORKER_DIED",
      details: { doing: "testing", reason: "it was killed" },
    });
    session.close();
  });
});

describe("a pool", () => {
  it("says KERNEL_WORKER_DIED when a thread is killed at work, and heals", async () => {
    const ports: WorkerPort[] = [];
    const deaths: string[] = [];
    const watched: StartWorker = async (events) => {
      const onDeath = (reason: string) => {
        deaths.push(reason);
        events.onDeath(reason);
      };
      const port = await startWorker({ ...events, onDeath });
      ports.push(port);
      return port;
    };
    const wish = { doing: "testing", threads: 2, steps: LARGE, startWorker: watched };
    const session = await openSession(wish);
    const words = session.arena.allocate(8);
    session.arena.bytes(words, 8).fill(0);
    // Three threads are to meet, and there are two: both wait until one is killed.
    const call = { kernel: "barrier" as const, values: [words, 3] };
    const waiting = session.runTogether([call, call]);
    ports[0]!.terminate();
    await expect(waiting).rejects.toMatchObject({ code: "KERNEL_WORKER_DIED" });
    session.close();
    const next = await openSession(wish);
    expect(await next.runAll(tasks(next, 3).map((task) => task.call))).toEqual([0, 0, 0]);
    next.close();
    expect(deaths.length).toBeGreaterThanOrEqual(1);
  });

  it("leaves undone what no thread has begun once the signal fires", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const session = await openSession({ doing: "testing", threads: 2, steps: LARGE, signal });
    const all = tasks(session, 30);
    controller.abort();
    await session.runAll(all.map(({ call }) => call));
    expect([...session.arena.doubles(all[29]!.values, 3)]).toEqual([5, 3, 29]);
    session.close();
  });
});

describe("an arena", () => {
  it("gives aligned blocks that do not overlap, and takes them back", () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1 }), "testing");
    const mark = arena.mark();
    const blocks = [1, 64, 1000, 3 * PAGE_BYTES].map((bytes) => ({
      bytes,
      address: arena.allocate(bytes),
    }));
    for (const [k, { address, bytes }] of blocks.entries()) {
      expect(address % 64).toBe(0);
      const next = blocks[k + 1]?.address ?? arena.memory.buffer.byteLength;
      expect(address + bytes + 64).toBeLessThanOrEqual(next);
    }
    arena.release(mark);
    expect(arena.allocate(8)).toBe(blocks[0]!.address);
  });

  it("refuses what cannot be addressed, or is not there, with KERNEL_MEMORY", () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1, maximum: 2 }), "Testing");
    const code = "KERNEL_MEMORY";
    expect(() => arena.allocate(5e9)).toThrow(expect.objectContaining({ code }));
    expect(() => arena.allocate(10 * PAGE_BYTES)).toThrow(expect.objectContaining({ code }));
    expect(arena.allocate(8)).toBe(64);
  });
});
