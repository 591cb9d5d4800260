import { errorCatalogue } from "../foundation/index.js";

/** Codes of the kernels layer. */
export const kernelErrors = errorCatalogue({
  KERNEL_MEMORY: {
    status: 507,
    exit: 3,
    problem: (d: { doing: string; bytes: number; limit: number }) =>
      `${d.doing} needs ${d.bytes} bytes in one block of memory, and there are ${d.limit}.`,
    remedy: () => "Use fewer rows, columns or leaves.",
  },
  KERNEL_WORKER_DIED: {
    status: 500,
    exit: 70,
    problem: (d: { doing: string; reason: string }) =>
      `A worker thread stopped while ${d.doing}: ${d.reason}.`,
    remedy: () => "Start it again; new workers are started for it.",
  },
});
