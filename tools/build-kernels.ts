/**
 * Compiles packages/learn/assembly twice, for shared and for unshared memory, and writes both as
 * base64 into packages/learn/src/kernels/artefact.ts, so nothing is read from disk at run time.
 * Does nothing while the sources are those of the artefact.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "./source-files.js";

const assembly = `${root}/packages/learn/assembly`;
const artefact = `${root}/packages/learn/src/kernels/artefact.ts`;

const flags =
  "-O2 --enable simd --enable threads --importMemory --initialMemory 0 --runtime stub --use abort=";

async function compile(more: string): Promise<string> {
  // Loading the compiler takes longer than all else here.
  const { default: asc } = await import("assemblyscript/asc");
  let wasm: Uint8Array | undefined;
  const args = [`${assembly}/index.ts`, "--outFile", "out.wasm", ...`${flags} ${more}`.split(" ")];
  const { error, stderr } = await asc.main(
    args.filter((arg) => arg !== ""),
    {
      readFile: (name) => (existsSync(name) ? readFileSync(name, "utf8") : null),
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !wasm) throw new Error(`The kernels do not compile: ${stderr.toString()}`);
  return Buffer.from(wasm).toString("base64");
}

const sources = readdirSync(assembly).filter((file) => file.endsWith(".ts"));
const hash = createHash("sha256").update(readFileSync(new URL(import.meta.url)));
for (const file of sources.sort()) hash.update(readFileSync(`${assembly}/${file}`));
const head = `/** Written by tools/build-kernels.ts from sources of hash ${hash.digest("hex")}. */`;

if (!existsSync(artefact) || !readFileSync(artefact, "utf8").startsWith(head)) {
  const shared = await compile("--sharedMemory --maximumMemory 65536");
  const plain = await compile("");
  writeFileSync(
    artefact,
    `${head}\n/** For shared memory. */\nexport const sharedModule =\n  "${shared}";\n` +
      `/** For memory of one thread. */\nexport const plainModule =\n  "${plain}";\n`,
  );
}
