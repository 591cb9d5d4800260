import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { frameOf, RandomStream } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { findSuspicions, suspectResult } from "./suspicion.js";

const delivery = new URL("../../../../../shared/data/pozytywka/v2_lowercase/", import.meta.url);

function world(rows: number, seed: number) {
  const stream = new RandomStream(seed, "world");
  const users = Array.from({ length: rows }, (_, row) => `u${row % Math.ceil(rows / 3)}`);
  const truth = Array.from(users, () => stream.uniform());
  const target = Float64Array.from(truth, (p) => (stream.uniform() < p * p ? 1 : 0));
  const noise = Array.from(users, () => stream.normal());
  return { users, truth, target, noise, stream };
}

describe("suspicion", () => {
  it("leaves honest features alone, strong ones and noise", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { users, truth, target, noise } = world(300, seed);
      const features = frameOf({ truth, noise, constant: noise.map(() => 1) });
      expect(await findSuspicions({ features, target, users })).toEqual([]);
    }
  });

  it("flags a copy of the answer, either way round", async () => {
    const { users, target, noise } = world(300, 1);
    const features = frameOf({ copy: Array.from(target, (yes) => 5 - yes), noise });
    const found = await findSuspicions({ features, target, users });
    expect(found.map(({ code, subject }) => [code, subject])).toEqual([
      ["FEATURE_NEARLY_DECIDES", "copy"],
    ]);
    expect(found[0]?.message).toContain("low values nearly always mean yes");
  });

  it("flags a value that one class never has: low, missing, or a category", async () => {
    const { users, target, stream } = world(600, 2);
    const yes = (row: number) => target[row] === 1;
    const features = frameOf({
      advertisements: users.map((_, row) =>
        yes(row) || stream.uniform() < 0.3 ? 0 : 1 + stream.below(9),
      ),
      seconds: users.map((_, row) =>
        !yes(row) && stream.uniform() < 0.7 ? Number.NaN : stream.uniform(),
      ),
      plan: users.map((_, row) => (!yes(row) && stream.uniform() < 0.7 ? "free" : "any")),
    });
    const found = await findSuspicions({ features, target, users });
    expect(found.map(({ code, subject }) => [code, subject])).toEqual([
      ["SEGMENT_OF_ONE_CLASS", "advertisements"],
      ["SEGMENT_OF_ONE_CLASS", "seconds"],
      ["SEGMENT_OF_ONE_CLASS", "plan"],
    ]);
    expect(found[0]?.message).toMatch(/"advertisements" is at least 1, 0 have the answer yes/);
    expect(found[1]?.message).toContain('"seconds" is missing');
    expect(found[2]?.message).toContain('"plan" is "free"');
  });

  it("says nothing where a class has too few users", async () => {
    const features = frameOf({ copy: [0, 0, 0, 1] });
    const target = Float64Array.of(0, 0, 0, 1);
    const users = ["a", "b", "c", "d"];
    expect(await findSuspicions({ features, target, users })).toEqual([]);
  });

  it("flags a result that is too good", () => {
    expect(suspectResult("m", { value: 0.99, low: 0.98, high: 1 })).toHaveLength(1);
    expect(suspectResult("m", { value: 0.92, low: 0.9, high: 0.94 })).toEqual([]);
    expect(suspectResult("m", { value: null, low: null, high: null })).toEqual([]);
  });
});

/** User-months of a small delivery with their plays and advertisements, and the premium flag. */
function readDelivery() {
  const lines = (name: string): Record<string, unknown>[] =>
    gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, delivery)))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const premium = new Map(
    lines("users").map((user) => [String(user["user_id"]), user["premium_user"] === true]),
  );
  const months = new Map<string, { user: string; plays: number; advertisements: number }>();
  for (const event of lines("sessions")) {
    const user = String(event["user_id"]);
    const key = `${user} ${String(event["timestamp"]).slice(0, 7)}`;
    const month = months.get(key) ?? { user, plays: 0, advertisements: 0 };
    if (event["event_type"] === "play") month.plays += 1;
    if (String(event["event_type"]).startsWith("advert")) month.advertisements += 1;
    months.set(key, month);
  }
  const rows = [...months.values()];
  return {
    users: rows.map((row) => row.user),
    target: Float64Array.from(rows, (row) => (premium.get(row.user) ? 1 : 0)),
    features: frameOf({
      number_of_tracks: rows.map((row) => row.plays),
      number_of_advertisements: rows.map((row) => row.advertisements),
    }),
  };
}

describe.skipIf(!existsSync(delivery))("a small delivery (skipped without the shared data)", () => {
  it("in which premium users hear no advertisements is flagged for just that", async () => {
    const found = await findSuspicions(readDelivery());
    expect(found.map((one) => one.subject)).toEqual(["number_of_advertisements"]);
  });
});
