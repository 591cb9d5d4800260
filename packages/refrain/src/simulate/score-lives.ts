import type { Calendar } from "./calendar.js";
import { countScore, type ScoreCounts } from "./difficulty.js";
import type { LifeTruth } from "./life.js";
import { silenceDays } from "./listening.js";

const lookbackDays = 30;

/** Counts churn against its true probability: every 14 days, so that label windows are apart. */
export function scoreSilence(truth: LifeTruth, scores: ScoreCounts): void {
  const { events, silent } = truth;
  for (let cutoff = lookbackDays; cutoff + silenceDays <= events.length; cutoff += silenceDays) {
    if (events.subarray(cutoff - lookbackDays, cutoff).indexOf(1) < 0) continue;
    const left = events.subarray(cutoff, cutoff + silenceDays).indexOf(1) < 0;
    countScore(scores, silent[cutoff]!, left);
  }
}

/** Counts purchases against q in the months whose 30 days after are in the log. */
export function scorePurchases(truth: LifeTruth, calendar: Calendar, scores: ScoreCounts): void {
  for (const [month, chance] of truth.buys.entries()) {
    const end = calendar.monthStart[month]! + calendar.monthLength[month]!;
    if (Number.isNaN(chance) || end + 30 > calendar.days) continue;
    countScore(scores, chance, truth.purchaseDay >= end && truth.purchaseDay < end + 30);
  }
}
