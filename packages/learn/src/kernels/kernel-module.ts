import { plainModule, sharedModule } from "./artefact.js";

/** Names of the kernels; each is described where it stands in assembly/. */
export type KernelName =
  | "addHistogram"
  | "addListed"
  | "addLeafValues"
  | "addMeans"
  | "addPatterns"
  | "addPlanes"
  | "addRows"
  | "addScatter"
  | "alsTop"
  | "alsWork"
  | "assignBins"
  | "axpy"
  | "barrier"
  | "binsToRows"
  | "boost"
  | "bprWork"
  | "countDelimited"
  | "countJson"
  | "countPatterns"
  | "dot"
  | "explainPaths"
  | "flagRows"
  | "gatherRows"
  | "gaussianRows"
  | "gemm"
  | "growForest"
  | "logisticGradients"
  | "logisticLoss"
  | "mahalanobis"
  | "moveRows"
  | "orderRows"
  | "packPoints"
  | "packQueries"
  | "partitionRows"
  | "prepareQueries"
  | "placeTexts"
  | "quantise"
  | "resample"
  | "scoreNetwork"
  | "roundRows"
  | "scoreRows"
  | "scoreSupports"
  | "searchNeighbours"
  | "searchPairs"
  | "selectDouble"
  | "softmaxGradients"
  | "softmaxLoss"
  | "softmaxRows"
  | "sortDoubles"
  | "sortedBounds"
  | "sparseTop"
  | "splitCategories"
  | "splitConstrained"
  | "splitNumbers"
  | "spreadSet"
  | "squaredGradients"
  | "squaredDistances"
  | "squaredLoss"
  | "subtractHistogram"
  | "sumLeaves"
  | "sumListed"
  | "trainNetwork"
  | "turnPatterns";

/** The kernels of one instance; addresses are bytes into its memory. */
export type Kernels = Readonly<
  Record<KernelName, (...values: readonly (number | bigint)[]) => number | undefined>
>;

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES = 65_536;
/** Pages that 32-bit addresses reach; the last one is left alone, so that ends have addresses. */
export const MOST_PAGES = 65_535;

const compiled = new Map<"plain" | "shared", Promise<WebAssembly.Module>>();

/**
 * The compiled kernels; compiled once.
 * @param kind for shared memory, or for memory of one thread
 */
export function kernelModule(kind: "plain" | "shared"): Promise<WebAssembly.Module> {
  let module = compiled.get(kind);
  if (module === undefined) {
    const text = atob(kind === "shared" ? sharedModule : plainModule);
    module = WebAssembly.compile(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    compiled.set(kind, module);
  }
  return module;
}

/**
 * Kernels over a memory.
 * @param module of the memory's kind
 */
export async function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}
