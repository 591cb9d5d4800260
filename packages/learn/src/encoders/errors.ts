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
  ENCODER_OPTION: {
    status: 422,
    exit: 2,
    problem: (d: { encoder: string; option: string; given: string; expected: string }) =>
      `Option ${d.option} of ${d.encoder} is ${d.given}, and ${d.expected} is expected.`,
    remedy: (d: { option: string }) => `Change ${d.option}, or leave it out for its default.`,
  },
  ENCODER_TARGET: {
    status: 422,
    exit: 2,
    problem: (d: { encoder: string }) => `The ${d.encoder} encoder learns from a target.`,
    remedy: () => "Give the fit a target, or take an encoder that does not look at it.",
  },
  CALIBRATION_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: { calibrator: string; rows: number }) =>
      `The ${d.calibrator} calibrator was given ${d.rows} rows of weight above 0.`,
    remedy: () => "Give it held-out rows, or fit without a calibrator.",
  },
});
