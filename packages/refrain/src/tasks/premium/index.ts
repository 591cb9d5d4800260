import { premiumCurrent, premiumData } from "./data.js";
import { premiumRecipe } from "./recipe.js";
import { premiumReport } from "./report.js";

/** Who will pay: buys in the 30 days after a month, or at all. */
export const premium = {
  name: "premium",
  data: { learn: premiumData, current: premiumCurrent },
  recipe: premiumRecipe,
  report: premiumReport,
} as const;
