/** Runs of `refrain` in a process of their own, so that their memory is their own. */
import { spawn } from "node:child_process";

/**
 * The value of an expression.
 * @param expression JavaScript, a promise or not, over `refrain`
 * @throws where the process ends with another code than 0; what it says on standard error is shown
 */
export function runApart<Value>(expression: string): Promise<Value> {
  const script = `import(${JSON.stringify(import.meta.resolve("refrain"))})
    .then((refrain) => ${expression})
    .then((value) => console.log(JSON.stringify(value)))`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(JSON.parse(text) as Value);
      else reject(new Error(`The run ended with code ${code}.`));
    });
  });
}

/** Most memory that the process has held, in bytes; stands in an expression. */
export const peakMemory = "process.resourceUsage().maxRSS * 1024";
