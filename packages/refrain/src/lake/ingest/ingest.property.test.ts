import { isAscii, isUtf8 } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { ingest, openDuckDb, openLake, readRejects, registerViews } from "../index.js";

const folder = await mkdtemp(join(tmpdir(), "refrain-dirty-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
let turn = 0;

/** A line as bytes, and what must become of it: `kept`, a reason, or `blank`. */
interface DirtyLine {
  readonly bytes: Buffer;
  readonly fate: string;
}

const line = (text: string, fate: string): DirtyLine => ({ bytes: Buffer.from(text), fate });
const user = fc.integer({ min: 1, max: 30 });
const word = fc.constantFrom("abba", "好听", "Łódź", 'say "hi"', "a'b", "#1", "\\", "x y");

const playLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(user, word, word)
      .map(([id, song, singer]) => line(`${id}|ar|${id + 7}|0|${song}|${singer}|12|300|0`, "kept")),
  },
  user.map((id) => line(`${id}|ar|5|0|a|b|12.5||`, "kept")),
  fc.constant(line("|ar|5|0|a|b|12|300|0", "MISSING_KEY")),
  fc.constant(line("-1|ar|5|0|a|b|12|300|0", "MISSING_KEY")),
  user.map((id) => line(`${id}|ar|5|0|a|b|c|12|300|0`, "COLUMN_COUNT")),
  user.map((id) => line(`${id}|ar|5`, "COLUMN_COUNT")),
  fc
    .constantFrom(" ", "  \t", "junk", '"', '""', "\ufeffx")
    .map((text) => line(text, "COLUMN_COUNT")),
  user.map((id) => line(`${id}|ar|5|0|a|b|abc|300|0`, "BAD_NUMBER")),
  user.map((id) => line(`${id}|ar|5|0|a|b|nan|300|0`, "BAD_NUMBER")),
  user.map((id) => line(`${id}|ar|5|0|a|b|12|300|maybe`, "BAD_BOOLEAN")),
  user.map((id) => line(`${id}|ar|5|0|a|b|-3|300|0`, "NEGATIVE_TIME")),
  fc.constant(line("", "blank")),
);

const gbkWord = Buffer.from([0xba, 0xc3]);
const oddPlayLine = fc.oneof(
  { weight: 6, arbitrary: playLine },
  user.map((id) => ({
    bytes: Buffer.concat([Buffer.from(`${id}|ar|5|0|`), gbkWord, Buffer.from("|b|1|2|0")]),
    fate: "kept",
  })),
  user.map((id) => ({
    bytes: Buffer.concat([
      Buffer.from(`${id}|ar|5|0|`),
      Buffer.from([0xff]),
      Buffer.from("|b|1|2|0"),
    ]),
    fate: "BAD_ENCODING",
  })),
  user.map((id) => line(`${id}|ar|5|0|a\rb|b|1|2|0`, "kept")),
  user.map((id) => line(`${id}|ar|5|0|a\x01b|b|1|2|0`, "kept")),
);

const event = (id: string | number, type: string, second: number): string =>
  JSON.stringify({
    timestamp: `2023-01-04T11:46:${String(second).padStart(2, "0")}`,
    user_id: id,
    track_id: "t1",
    event_type: type,
    session_id: 5,
  });
const sessionLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(user, fc.integer({ min: 10, max: 59 }))
      .map(([id, second]) => line(event(id, "PLAY", second), "kept")),
  },
  user.map((id) => line(event(id, " Advertisment ", 1), "kept")),
  user.map((id) => line(event(id, "DANCE", 1), "UNKNOWN_EVENT_TYPE")),
  fc.constant(line(event("-1", "PLAY", 1), "MISSING_KEY")),
  fc.constant(line('{"event_type": "PLAY"}', "MISSING_KEY")),
  fc.constant(line("{}", "MISSING_KEY")),
  user.map((id) => line(event(id, "LIKE", 3).replace("2023-01", "2023-13"), "BAD_TIME")),
  fc.constant(
    line(
      event(1, "LIKE", 3).replace("2023-01-04T11:46:03", "290309-12-22 (BC) 01:01:01+01"),
      "BAD_TIME",
    ),
  ),
  user.map((id) => line(event(id, "LIKE", 3).slice(0, 40), "MALFORMED_JSON")),
  fc
    .constantFrom("nonsense", "[1, 2]", '"text"', "7", "null", "  ")
    .map((text) => line(text, "MALFORMED_JSON")),
  user.map((id) => line(`${event(id, "LIKE", 4)} ${event(id, "LIKE", 4)}`, "MALFORMED_JSON")),
  user.map((id) => line(`${event(id, "SKIP", 5)},`, "MALFORMED_JSON")),
  fc.constant(line("", "blank")),
);

interface DirtyFile {
  readonly lines: readonly DirtyLine[];
  readonly ends: readonly string[];
  readonly closed: boolean;
}

const dirtyFile = (one: fc.Arbitrary<DirtyLine>, mixed: boolean): fc.Arbitrary<DirtyFile> =>
  fc.record({
    lines: fc.array(one, { maxLength: 100 }),
    ends: mixed
      ? fc.array(fc.constantFrom("\n", "\r\n"), { minLength: 1, maxLength: 3 })
      : fc.constantFrom(["\n"], ["\r\n"]),
    closed: fc.boolean(),
  });

function bytesOf({ lines, ends, closed }: DirtyFile): Buffer {
  const parts = lines.flatMap(({ bytes }, index) => {
    const isLast = index === lines.length - 1;
    return isLast && !closed ? [bytes] : [bytes, Buffer.from(ends[index % ends.length]!)];
  });
  return Buffer.concat(parts);
}

/** What must come out; a last line without its end that is no row was cut off. */
function expected({ lines, closed }: DirtyFile): string[] {
  return lines.map(({ fate }, index) => {
    const isCut = !closed && index === lines.length - 1;
    return isCut && (fate === "COLUMN_COUNT" || fate === "MALFORMED_JSON") ? "TRUNCATED" : fate;
  });
}

const ratingLine = fc.oneof(
  { weight: 8, arbitrary: user.map((id) => line(`${id},tt${id},4.5`, "kept")) },
  user.map((id) => line(`${id},"tt,1",4`, "kept")),
  user.map((id) => line(`"${id}","say ""hi""","3"`, "kept")),
  user.map((id) => line(`${id},"tt"1,4`, "BAD_QUOTES")),
  user.map((id) => line(`${id},"tt,4`, "BAD_QUOTES")),
  user.map((id) => line(`${id},t"t,4`, "kept")),
  user.map((id) => line(`${id}, "t t",4`, "kept")),
  user.map((id) => line(`${id},5'9",4`, "kept")),
  user.map((id) => line(`${id},""t,4`, "BAD_QUOTES")),
  user.map((id) => line(`${id},tt,4,2017-03-01 10:00:00,`, "COLUMN_COUNT")),
  user.map((id) => line(`${id},"",4`, "MISSING_KEY")),
  user.map((id) => line(`${id},tt,"good"`, "BAD_NUMBER")),
  fc.constant(line("", "blank")),
);

const clear: Readonly<Record<string, DirtyLine>> = {
  musicbox: line("1|ar|5|0|a|b|12|300|0", "kept"),
  ratings: line("1,tt1,4.5", "kept"),
  pozytywka: line(event(1, "PLAY", 0), "kept"),
};

/** Where more lines are GBK than are UTF-8 beyond ASCII, the whole file is read as GBK. */
function isMostlyGbk({ lines }: DirtyFile): boolean {
  const gbk = lines.filter(({ bytes }) => bytes.includes(gbkWord)).length;
  const utf8 = lines.filter(({ bytes }) => isUtf8(bytes) && !isAscii(bytes)).length;
  return gbk > utf8;
}

async function check(dirty: DirtyFile, name: string, source: string): Promise<void> {
  // Clear lines as well: where most lines are wrong, the file is refused as a whole.
  const sound = Array.from({ length: 3 + (dirty.lines.length >> 3) }, () => clear[source]!);
  const lines = dirty.closed ? [...dirty.lines, ...sound] : [...sound, ...dirty.lines];
  const file = { ...dirty, lines };
  const fates = expected(file);
  const here = join(folder, `turn-${turn++}`);
  const whole = bytesOf(file);
  await writeFile(`${here}-${name}`, whole);
  const read = fates.filter((fate) => fate !== "blank").length;
  const lake = `${here}-lake`;
  const done = await ingest({ inputs: [`${here}-${name}`], source, lake, buckets: 2 });
  const { rows } = done;
  expect(rows.read).toBe(read);
  expect(rows.kept + rows.rejected + rows.duplicate + rows.sampledOut).toBe(rows.read);
  const rejects = await readRejects(lake, { limit: Number.POSITIVE_INFINITY });
  const found: string[] = fates.map((fate) =>
    fate === "kept" || fate === "blank" ? fate : "missing",
  );
  for (const reject of rejects) found[reject.line - 1] = reject.reason;
  expect(found).toEqual(fates);
  expect(rejects).toHaveLength(rows.rejected);
  for (const { line: number, offset, bytes } of rejects) {
    const place = whole.subarray(offset!, offset! + bytes!);
    expect(place).toEqual(file.lines[number - 1]!.bytes);
  }
  const texts = rejects.filter((row) => row.reason !== "BAD_ENCODING");
  const decoder = new TextDecoder(isMostlyGbk(file) ? "gbk" : "utf-8");
  for (const { line: number, text } of texts) {
    // Like this decoder, the engine's binding drops a mark at the start of any text.
    expect(text).toBe(decoder.decode(file.lines[number - 1]!.bytes));
  }
  const engine = await openDuckDb();
  await registerViews(engine, await openLake(lake));
  const tables = ["play", "skip", "like", "advertisement", "purchase", "rating"];
  const union = tables.map((table) => `SELECT count(*) AS n FROM "${table}"`).join(" UNION ALL ");
  const [total] = await engine.rows(`SELECT sum(n) AS "rows" FROM (${union})`);
  engine.close();
  expect(Number(total?.["rows"])).toBe(rows.kept);
}

const runs = { numRuns: 12 };

it("accounts for every line of random dirty logs, and names each reject's line and reason", () =>
  fc.assert(
    fc.asyncProperty(dirtyFile(playLine, false), (file) =>
      check(file, "20170301_play.log", "musicbox"),
    ),
    runs,
  ));

it("does so with mixed line ends, GBK among UTF-8, stray returns and broken bytes", () =>
  fc.assert(
    fc.asyncProperty(dirtyFile(oddPlayLine, true), (file) =>
      check(file, "20170301_play.log", "musicbox"),
    ),
    runs,
  ));

it("does so for JSON lines", () =>
  fc.assert(
    fc.asyncProperty(dirtyFile(sessionLine, true), (file) =>
      check(file, "sessions.jsonl", "pozytywka"),
    ),
    runs,
  ));

it("does so for quoted fields", () =>
  fc.assert(
    fc.asyncProperty(dirtyFile(ratingLine, true), (file) => check(file, "ratings.csv", "ratings")),
    runs,
  ));
