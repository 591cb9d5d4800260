import { commandOfVariants } from "../variants.js";
import { detectGamingVariant } from "./detect-gaming.js";

/** `refrain detect`: the catalogue of what can be detected; one line each. */
export const detectCommand = commandOfVariants({
  name: "detect",
  summary: "find users who cheat: a review queue with reasons, and how far to trust it",
  arguments: [
    { name: "<what>", doc: "gaming: plays that were inflated" },
    { name: "[file...]", doc: "gaming: usage of a day without marks (CSV, .gz, Parquet)" },
  ],
  variants: [detectGamingVariant],
});
