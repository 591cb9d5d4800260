import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { exampleWords, layerWords, networkNumbers, networkWords } from "./network-memory.js";

const source = readFileSync(new URL("../../../assembly/network-plan.ts", import.meta.url), "utf8");

/** Fields of a class in the kernels, in their order. */
function fieldsOf(name: string): string[] {
  const [, body = ""] = new RegExp(`class ${name} \\{\\n(.*?)\\n\\}`, "s").exec(source) ?? [];
  return [...body.matchAll(/^ {2}(\w+): \w+;$/gm)].map(([, field]) => field!);
}

it.each([
  ["Layer", layerWords],
  ["Examples", exampleWords],
  ["Network", networkWords],
  ["Numbers", networkNumbers],
] as const)("the words of %s stand in the order of the kernels", (name, words) => {
  expect(fieldsOf(name)).toEqual([...words]);
});
