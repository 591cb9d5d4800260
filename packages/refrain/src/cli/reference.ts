import type { Command } from "./command.js";
import { buildProgram } from "./program.js";

/** The text of docs/reference/cli.md: the help of every command, as the program prints it. */
export function cliReference(commands: readonly Command[]): string {
  const helpOf = (argv: readonly string[]): string => {
    let help = "";
    const sink = {
      write: (text: string): void => {
        help += text;
      },
      columns: 100,
    };
    const program = buildProgram(commands, "", sink, () => undefined);
    try {
      program.parse([...argv, "--help"], { from: "user" });
    } catch {
      // Commander ends a help by throwing; what it printed is what we want.
    }
    return help.trimEnd();
  };
  const parts = commands.map(
    ({ name }) => `## refrain ${name}\n\n\`\`\`text\n${helpOf([name])}\n\`\`\`\n`,
  );
  return `# Commands

Results go to standard output, messages and progress to standard error. Exit codes: 0 done, 2 wrong
use, 3 bad input, 4 a gate failed, 5 interrupted, 70 a fault of ours; a failure is a code and two
sentences ([errors](errors.md)). Ctrl-C stops a job at its next safe point and leaves what was
committed; a second Ctrl-C ends the process. Output files are written beside their place and
renamed. \`NO_COLOR\` is respected. An argument with a separator or the ending \`.refrain\` is a
file; a bare word is a task or the name of a model in this folder (\`churn\` is \`churn.refrain\`).

This page is the program's own help; a test compares the two.

\`\`\`text
${helpOf([])}
\`\`\`

${parts.join("\n")}`;
}
