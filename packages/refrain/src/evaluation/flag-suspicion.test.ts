import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../lake/index.js";
import { findFlagSuspicions } from "./flag-suspicion.js";

const shared = fileURLToPath(new URL("../../../../../shared/data/pozytywka", import.meta.url));
const kinds = { events: ["skip", "like", "advertisement"], per: "play", until: "purchase" };

describe.skipIf(!existsSync(shared))(
  "flags of small deliveries (skipped without the shared data)",
  () => {
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "refrain-flags-"));
      for (const delivery of ["v2_lowercase", "v2_clean"]) {
        const lake = join(directory, delivery);
        const inputs = ["sessions", "users"].map((name) =>
          join(shared, delivery, `${name}.jsonl.gz`),
        );
        await ingest({ inputs, source: "pozytywka", lake });
      }
    }, 60_000);

    afterAll(() => rm(directory, { recursive: true }));

    it("says that premium users hear no advertisements in the one that leaks", async () => {
      const lake = join(directory, "v2_lowercase");
      const found = await findFlagSuspicions({ lake, flag: "premium", ...kinds });
      expect(found.map((one) => one.subject)).toEqual(["advertisements_per_play"]);
      expect(found[0]?.message).toContain('About the flag "premium" of the user profiles');
    });

    it("says nothing about the one that does not, nor about a flag that is not there", async () => {
      const lake = join(directory, "v2_clean");
      expect(await findFlagSuspicions({ lake, flag: "premium", ...kinds })).toEqual([]);
      expect(await findFlagSuspicions({ lake, flag: "paying", ...kinds })).toEqual([]);
    });
  },
);
