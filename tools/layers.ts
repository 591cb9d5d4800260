/**
 * The layers of each package, lowest first; a layer imports only what stands before it, through
 * its `index.ts`. Layers of one inner list are siblings and do not see each other.
 */
export const packages: readonly string[] = ["learn", "refrain"];

export const layers: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  learn: [
    "foundation",
    "kernels",
    "frame",
    "metrics",
    "encoders",
    "learners",
    "explain",
    "models",
    "conformance",
  ],
  refrain: [
    "foundation",
    "events",
    "lake",
    "simulate",
    "features",
    "evaluation",
    "report",
    ["tasks/churn", "tasks/premium", "experiments"],
    "registry",
    "workflow",
    "serve",
    "cli",
  ],
};
