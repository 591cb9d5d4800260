import { errorCatalogue } from "./catalogue.js";

/** Codes of the foundation layer. */
export const foundationErrors = errorCatalogue({
  LEARN_STOPPED: {
    status: 503,
    exit: 5,
    problem: (d: { doing: string }) => `Stopped while ${d.doing}.`,
    remedy: () => "Start it again; nothing was left behind.",
  },
  TENSOR_FILE_BROKEN: {
    status: 422,
    exit: 3,
    problem: (d: { reason: string }) => `This is no whole safetensors file: ${d.reason}.`,
    remedy: () => "Take the file from where it was written once more; do not mend it by hand.",
  },
});
