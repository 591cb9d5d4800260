import { churnCurrent, churnData } from "./data.js";
import { churnRecipe } from "./recipe.js";
import { churnReport } from "./report.js";

/** Who is about to leave: no event in the 14 days from the cutoff. */
export const churn = {
  name: "churn",
  data: { learn: churnData, current: churnCurrent },
  recipe: churnRecipe,
  report: churnReport,
} as const;
