import { expect, it } from "vitest";
import { commands } from "./catalogue.js";
import { cliReference } from "./reference.js";

it("docs/reference/cli.md is the program's own help (npx vitest run -u writes it)", async () => {
  await expect(cliReference(commands)).toMatchFileSnapshot("../../../../docs/reference/cli.md");
});
