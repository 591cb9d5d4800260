import { readFileSync, rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { foundationErrors } from "../foundation/index.js";
import { capturedTerminal } from "./captured-terminal.fixture.js";
import { type Command, command, type Job } from "./command.js";
import {
  choice,
  day,
  defaulting,
  list,
  needed,
  pairs,
  share,
  text,
  toggle,
  whole,
} from "./flags.js";
import { main } from "./main.js";

let seen: { job: Job; operands: readonly string[]; values: unknown } | undefined;
afterEach(() => {
  seen = undefined;
});

const flags = {
  as: needed(choice(["one", "two"], "format")),
  users: defaulting(whole("<n>", "listeners"), 20),
  sampleUsers: share("<share>", "part of the users"),
  column: pairs("<want=have>", "renamed column"),
  since: day("<day>", "first day"),
  drop: list("<names>", "columns left out"),
  note: text("<text>", "words"),
  dirt: toggle("write faults too"),
};

const probe = command({
  name: "probe",
  summary: "shows what it was given",
  arguments: [{ name: "[file...]", doc: "files" }],
  flags,
  examples: ["refrain probe --as one"],
  async run(job, operands, values) {
    seen = { job, operands, values };
    job.say("a message");
    job.onProgress({ doing: "probing", share: 0.5, note: "fast" });
    return { document: { users: values.users }, text: `users ${values.users}\n` };
  },
});

function throwing(name: string, error: unknown): Command {
  return command({
    name,
    summary: "fails",
    arguments: [],
    flags: {},
    examples: [],
    run: () => Promise.reject(error),
  });
}

const catalogue = [
  probe,
  throwing("missing", foundationErrors.FILE_NOT_FOUND({ path: "a.csv" })),
  throwing("broken", new TypeError("secret of the inside", { cause: new Error("deeper") })),
];

async function run(...argv: string[]) {
  const terminal = capturedTerminal();
  const code = await main(argv, terminal, catalogue);
  return { code, printed: terminal.printed(), messages: terminal.messages() };
}

describe("main", () => {
  it("hands over the values of options with their types and defaults", async () => {
    const words = "probe a b --as one --sample-users .25 --column x=y --column z=w --drop a,b";
    expect(await run(...words.split(" "), "--threads", "2", "--memory", "4GB", "--dirt")).toEqual({
      code: 0,
      printed: "users 20\n",
      messages: "a message\nprobing\n",
    });
    expect(seen?.operands).toEqual(["a", "b"]);
    expect(seen?.values).toEqual({
      as: "one",
      users: 20,
      sampleUsers: 0.25,
      column: { x: "y", z: "w" },
      since: undefined,
      drop: ["a", "b"],
      note: undefined,
      dirt: true,
    });
    expect(seen?.job.limits).toEqual({ threads: 2, memoryBytes: 4e9 });
    expect(seen?.job.seed).toBe(1);
  });

  it("prints one document and nothing else with --json, wherever it stands", async () => {
    for (const argv of [
      ["--json", "probe", "--as", "two", "--quiet"],
      ["probe", "--as", "two", "--json", "--quiet"],
    ]) {
      expect(await run(...argv)).toEqual({
        code: 0,
        printed: '{\n  "users": 20\n}\n',
        messages: "",
      });
    }
  });

  it.each([
    ["COMMAND_UNKNOWN", ["prob"], "Did you mean probe?"],
    ["COMMAND_UNKNOWN", ["help", "nothing"], "refrain --help"],
    ["OPTION_UNKNOWN", ["probe", "--user", "3"], "Did you mean --users?"],
    ["OPTION_MISSING", ["probe"], "needs --as <one|two>"],
    ["OPTION_EMPTY", ["probe", "--as"], "Give --as"],
    ["OPTION_INVALID", ["probe", "--as", "three"], "one of one, two"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--users", "0"], "a whole number of at least 1"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--users", "1.5"], "whole number"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--sample-users", "2"], "above 0 up to 1"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--column", "x"], "want=have"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--since", "2017-02-30"], "a day"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--seed", "-1"], "from 0 to"],
    ["OPTION_INVALID", ["probe", "--as", "one", "--memory", "4"], "16MB"],
    ["ARGUMENT_UNEXPECTED", ["missing", "what"], '"what"'],
  ])("%s: %j is wrong use, said in two sentences", async (code, argv, words) => {
    const result = await run(...argv);
    expect(result.code).toBe(2);
    expect(result.printed).toBe("");
    expect(result.messages).toMatch(new RegExp(`^${code}: .+[.?] .+[.?]\n$`));
    expect(result.messages).toContain(words);
    const asJson = await run(...argv.slice(0, 1), "--json", ...argv.slice(1));
    expect(JSON.parse(asJson.printed).error.code).toBe(code);
    expect(asJson.messages).toBe("");
  });

  it("renders a catalogued failure with its exit code and no stack", async () => {
    const result = await run("missing");
    expect(result).toEqual({
      code: 3,
      printed: "",
      messages:
        "FILE_NOT_FOUND: There is no file or folder a.csv. " +
        "Check the path; globs must match at least one file.\n",
    });
  });

  it("answers UNEXPECTED with an id and keeps the stack for --verbose and a file", async () => {
    const result = await run("broken", "--json");
    expect(result.code).toBe(70);
    const { error } = JSON.parse(result.printed);
    expect(error.code).toBe("UNEXPECTED");
    expect(error.message).toContain(error.details.id);
    expect(result.printed).not.toContain("secret");
    const verbose = await run("broken", "--verbose");
    expect(verbose.messages).toContain("secret of the inside");
    expect(verbose.messages).toContain("deeper");
    const reports = [result.printed, verbose.messages].map((words) => /\/\S+\.txt/.exec(words)![0]);
    for (const report of reports) {
      expect(readFileSync(report, "utf8")).toContain("secret of the inside");
      rmSync(report);
    }
  });

  it("turns Ctrl-C into INTERRUPTED and exit code 5", async () => {
    const terminal = capturedTerminal();
    const waiting = command({
      name: "wait",
      summary: "waits",
      arguments: [],
      flags: {},
      examples: [],
      run: (job) =>
        new Promise((_, reject) => {
          job.signal.addEventListener("abort", () => reject(new Error("query interrupted")));
          terminal.interrupt();
        }),
    });
    expect(await main(["wait"], terminal, [waiting])).toBe(5);
    expect(terminal.messages()).toMatch(/^INTERRUPTED: Stopped while running wait\. /);
  });

  it("answers an error that nobody caught like any other fault", async () => {
    const terminal = capturedTerminal();
    const stuck = command({
      name: "stuck",
      summary: "never ends",
      arguments: [],
      flags: {},
      examples: [],
      run: () =>
        new Promise(() => {
          terminal.stray(new Error("nobody caught this"));
        }),
    });
    expect(await main(["stuck", "--json"], terminal, [stuck])).toBe(70);
    const { error } = JSON.parse(terminal.printed());
    expect(error.code).toBe("UNEXPECTED");
    rmSync(/\/\S+\.txt/.exec(error.hint)![0]);
  });

  it("helps: alone, by --help, by help, for one command", async () => {
    const top = await run();
    expect(top.code).toBe(0);
    expect(top.printed).toContain("shows what it was given");
    expect(await run("--help")).toEqual(top);
    const one = await run("probe", "--help");
    expect(one.code).toBe(0);
    expect(one.printed).toContain("refrain probe --as one");
    expect(one.printed).toContain("(default: 20)");
    expect(await run("help", "probe")).toEqual(one);
    expect((await run("--version")).printed).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
