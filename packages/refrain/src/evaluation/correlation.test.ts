import { frameOf, numberColumn, RandomStream } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { correlate } from "./correlation.js";
import { checkTable } from "./table.js";

function world() {
  const stream = new RandomStream(1, "world");
  const rows = Array.from({ length: 4000 }, () => ({
    plays: stream.normal(),
    noise: stream.normal(),
    error: stream.normal(),
  }));
  const target = Float64Array.from(rows, (row) => (row.plays + row.error > 0 ? 1 : 0));
  return checkTable({
    features: frameOf({
      plays: rows.map((row) => row.plays),
      seconds: rows.map((row) => -(row.plays ** 3) + 0.3 * row.error * row.plays),
      noise: rows.map((row) => row.noise),
      constant: rows.map(() => 4),
      device: rows.map(() => "phone"),
    }),
    target,
    users: rows.map((_, row) => row),
  });
}

describe("correlation", () => {
  const table = world();
  const train = Uint32Array.from({ length: 3000 }, (_, row) => row);
  const summary = correlate(table, train, [numberColumn("leaves", table.target)]);

  it("holds features of numbers and the answers, from training rows only", () => {
    expect(summary.names).toEqual(["plays", "seconds", "noise", "constant", "leaves"]);
    expect(summary.targets).toBe(1);
    expect(summary.rows).toBe(3000);
    const later = table.target.slice();
    for (let row = 3000; row < 4000; row += 1) later[row] = 1 - later[row]!;
    const changed = correlate({ ...table, target: later }, train, [numberColumn("leaves", later)]);
    expect(changed).toEqual(summary);
  });

  it("suggests to drop what says the same as another, says nothing, or never changes", () => {
    const list = summary.dropList.map(({ feature, reason, other }) => ({ feature, reason, other }));
    expect(list).toHaveLength(3);
    expect(list).toContainEqual({
      feature: "noise",
      reason: "correlated with nothing",
      other: undefined,
    });
    expect(list).toContainEqual({ feature: "constant", reason: "constant", other: undefined });
    const same = summary.dropList.find((one) => one.reason === "correlated with another feature");
    expect([same?.feature, same?.other].sort()).toEqual(["plays", "seconds"]);
    expect(same?.correlation).toBeLessThan(-0.9);
  });
});
