import type { JobOptions } from "../../foundation/index.js";
import { foundationErrors } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import type { LakeInput, Manifest } from "../manifest.js";
import type { WrittenFile } from "./load.js";
import type { IngestPlan } from "./options.js";
import type { Run } from "./staging.js";

/** What one run of ingest carries along. */
export interface Job {
  readonly engine: Engine;
  readonly plan: IngestPlan;
  readonly run: Run;
  /** The lake as the run found it. */
  readonly base: Manifest;
  readonly options: JobOptions;
  readonly progress: Progress;
  /** Files written so far, in the run's folder. */
  readonly files: WrittenFile[];
  /** Inputs with new content. */
  readonly inputs: LakeInput[];
  /** Inputs whose content was there already. */
  readonly duplicates: LakeInput[];
  /** Number of loads so far; names their folders. */
  loads: number;
}

/** Tells how far the run is, by the bytes of the files. */
export class Progress {
  readonly #options: JobOptions;
  readonly #totalBytes: number;
  #doneBytes = 0;

  constructor(options: JobOptions, totalBytes: number) {
    this.#options = options;
    this.#totalBytes = Math.max(1, totalBytes);
  }

  /** Reports what is being done now. @throws INTERRUPTED when the signal says so */
  doing(what: string): void {
    if (this.#options.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: what });
    const share = Math.min(0.99, this.#doneBytes / this.#totalBytes);
    this.#options.onProgress?.({ doing: what, share });
  }

  /** Adds the part of a file's work that is done. */
  add(bytes: number): void {
    this.#doneBytes += bytes;
  }

  /** Reports the end. */
  end(): void {
    this.#options.onProgress?.({ doing: "ingested", share: 1 });
  }
}
