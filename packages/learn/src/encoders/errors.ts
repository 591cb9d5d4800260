import { errorCatalogue } from "../foundation/index.js";

/** Codes of the encoders layer. */
export const encoderErrors = errorCatalogue({
  ENCODER_STATE: {
    status: 422,
    exit: 3,
    problem: (d: { kind: string; reason: string }) =>
      `This is no state of a fitted "${d.kind}" encoder: ${d.reason}.`,
    remedy: () => "Take the model from where it was written once more.",
  },
  CALIBRATION_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: { calibrator: string; rows: number }) =>
      `The ${d.calibrator} calibrator was given ${d.rows} rows of weight above 0.`,
    remedy: () => "Give it held-out rows, or fit without a calibrator.",
  },
});
