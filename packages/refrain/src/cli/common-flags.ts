import { defaulting, text, toggle, whole } from "./flags.js";

/** Options that every command takes. */
export const commonFlags = {
  json: toggle("print one JSON document on standard output and nothing else there"),
  quiet: toggle("no messages and no progress"),
  verbose: toggle("technical log with SQL on standard error"),
  seed: defaulting(whole("<n>", "seed of everything random", { least: 0, most: 2 ** 32 - 1 }), 1),
  threads: whole("<n>", "threads to use (default: all cores)", { most: 1_024 }),
  memory: text("<size>", "memory the SQL engine may use, for example 4GB"),
} as const;
