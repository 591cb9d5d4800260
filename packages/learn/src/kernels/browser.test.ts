import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { openSession } from "./index.js";

const sources = fileURLToPath(new URL("../", import.meta.url));
const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("fixture"),
);

describe("a browser", () => {
  it("can load the package: nothing of Node is imported before threads are started", () => {
    const asked = files.filter((file) => readFileSync(sources + file, "utf8").includes('"node:'));
    expect(asked.sort()).toEqual(["kernels/worker-port.ts", "kernels/worker.ts"]);
    for (const file of asked) {
      const text = readFileSync(sources + file, "utf8");
      const all = [...text.matchAll(/"node:\w+"/g)].length;
      expect([...text.matchAll(/await import\("node:\w+"\)/g)]).toHaveLength(all);
    }
  });

  it("imports the built package where node: does not resolve", () => {
    const built = fileURLToPath(new URL("../../dist/", import.meta.url));
    const statics = readdirSync(built, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".js"))
      .filter((file) =>
        /^(import|export)[^;]*from\s*"(node:|[^.])/m.test(readFileSync(built + file, "utf8")),
      );
    expect(statics).toEqual([]);
  });
});

describe("a page that may not share memory", () => {
  const page = globalThis as { crossOriginIsolated?: boolean };
  afterEach(() => {
    delete page.crossOriginIsolated;
  });

  it("works in one thread, the calling one", async () => {
    page.crossOriginIsolated = false;
    const session = await openSession({ doing: "testing", threads: 4, steps: 1e12 });
    expect([session.threads, session.inline]).toEqual([1, true]);
    expect(session.arena.memory.buffer).toBeInstanceOf(ArrayBuffer);
    session.close();
  });
});
