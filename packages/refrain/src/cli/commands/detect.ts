import { commandOfVariants } from "../variants.js";
import { detectGamingVariant } from "./detect-gaming.js";
import { detectRatersVariant } from "./detect-raters.js";

/** `refrain detect`: the catalogue of what can be detected; one line each. */
export const detectCommand = commandOfVariants({
  name: "detect",
  summary: "find users who cheat: a review queue with reasons, and how far to trust it",
  arguments: [
    { name: "<what>", doc: "gaming: plays that were inflated; raters: crooked ratings" },
    {
      name: "[file...]",
      doc:
        "gaming: usage of a day without marks (CSV, .gz, Parquet); " +
        "raters: user, item, rating[, time]",
    },
  ],
  variants: [detectGamingVariant, detectRatersVariant],
});
