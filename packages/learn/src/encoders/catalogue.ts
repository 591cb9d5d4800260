import type { ModelState } from "../foundation/index.js";
import { restoreBeta } from "./beta.js";
import type { FittedCalibrator } from "./calibrator.js";
import type { FittedEncoder } from "./contract.js";
import { restoreCountEncode } from "./count-encode.js";
import { encoderErrors } from "./errors.js";
import { restoreExcess } from "./excess.js";
import { restoreImpute } from "./impute.js";
import { restoreIsotonic } from "./isotonic.js";
import { restoreOneHot } from "./one-hot.js";
import { restorePlatt } from "./platt.js";
import { restoreSignedLog } from "./signed-log.js";
import { restoreSpline } from "./spline.js";
import { restoreStandardScale } from "./standard-scale.js";
import { restoreTargetEncode } from "./target-encode.js";

const encoders = new Map<string, (state: ModelState) => FittedEncoder>([
  ["countEncode", restoreCountEncode],
  ["excess", restoreExcess],
  ["impute", restoreImpute],
  ["oneHot", restoreOneHot],
  ["signedLog", restoreSignedLog],
  ["spline", restoreSpline],
  ["standardScale", restoreStandardScale],
  ["targetEncode", restoreTargetEncode],
]);

const calibrators = new Map<string, (state: ModelState) => FittedCalibrator>([
  ["beta", restoreBeta],
  ["isotonic", restoreIsotonic],
  ["platt", restorePlatt],
]);

function restorerOf<Restorer>(kinds: ReadonlyMap<string, Restorer>, kind: string): Restorer {
  const restore = kinds.get(kind);
  if (restore !== undefined) return restore;
  const reason = `the kinds known are ${[...kinds.keys()].join(", ")}`;
  throw encoderErrors.ENCODER_STATE({ kind, reason });
}

/**
 * Makes a fitted encoder of its kind and state again.
 * @throws ENCODER_STATE, also for an unknown kind
 */
export function restoreEncoder(kind: string, state: ModelState): FittedEncoder {
  return restorerOf(encoders, kind)(state);
}

/**
 * Makes a fitted calibrator of its kind and state again.
 * @throws ENCODER_STATE, also for an unknown kind
 */
export function restoreCalibrator(kind: string, state: ModelState): FittedCalibrator {
  return restorerOf(calibrators, kind)(state);
}
