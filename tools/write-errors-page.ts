/** Writes docs/reference/errors.md from the catalogues: `npx tsx tools/write-errors-page.ts`. */
import { writeFileSync } from "node:fs";
import { declaredCodes, errorsPage } from "./error-codes.js";
import { root } from "./source-files.js";

writeFileSync(`${root}/docs/reference/errors.md`, errorsPage(await declaredCodes()));
