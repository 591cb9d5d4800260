import type { JobOptions } from "../../foundation/index.js";
import { foundationErrors } from "../../foundation/index.js";
import type { Engine } from "../engine.js";
import type { LakeInput, Manifest } from "../manifest.js";
import type { FileCounter } from "../quality/index.js";
import type { WrittenFile } from "./load.js";
import type { IngestPlan } from "./options.js";
import type { Run } from "./staging.js";

/** What one run of ingest carries along. */
export interface Job {
  readonly engine: Engine;
  /** Takes the profiles, one after the other, while files are inspected and loaded. */
  readonly profiles: Lane;
  /** Counts large plain files for their profiles. */
  readonly counter: FileCounter;
  readonly plan: IngestPlan;
  readonly run: Run;
  /** The lake as the run found it. */
  readonly base: Manifest;
  /** Buckets that it writes. */
  readonly buckets: number;
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

/** Work that is done one after the other beside the rest, with an engine of its own. */
export class Lane {
  readonly #engine: Engine;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Appends work; what fails is told to whoever awaits it. */
  add<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
    const done = this.#last.then(() => {
      if (this.#isClosed) throw foundationErrors.INTERRUPTED({ doing: "ingesting" });
      return work(this.#engine);
    });
    this.#last = done;
    done.catch(() => undefined);
    return done;
  }

  /** Stops what runs and waits for its end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.interrupt();
    await this.#last.catch(() => undefined);
    this.#engine.close();
  }

  interrupt(): void {
    this.#engine.interrupt();
  }
}

/** Milliseconds between two reports within one statement. */
const tickMs = 500;

/** Tells how far the run is, by the bytes of the files. */
export class Progress {
  readonly #options: JobOptions;
  readonly #totalBytes: number;
  readonly #engine: Pick<Engine, "progress">;
  #doneBytes = 0;

  constructor(options: JobOptions, totalBytes: number, engine: Pick<Engine, "progress"> = {}) {
    this.#options = options;
    this.#totalBytes = Math.max(1, totalBytes);
    this.#engine = engine;
  }

  /** Reports what is being done now. @throws INTERRUPTED when the signal says so */
  doing(what: string): void {
    if (this.#options.signal?.aborted) throw foundationErrors.INTERRUPTED({ doing: what });
    this.#report(what, this.#doneBytes);
  }

  /**
   * Does a part of the work that is worth so many bytes, and reports twice a second how far the
   * engine is with it.
   */
  async during<Result>(what: string, bytes: number, work: () => Promise<Result>): Promise<Result> {
    this.doing(what);
    const started = performance.now();
    let most = 0;
    const tick = setInterval(() => {
      const share = this.#engine.progress?.() ?? 0;
      // Several statements make one part: never go back. Of JSON lines the engine knows nothing
      // before the end and says that all is done.
      if (share < 1) most = Math.max(most, share);
      const seconds = `${Math.round((performance.now() - started) / 1000)} s`;
      this.#report(what, this.#doneBytes + bytes * most, seconds);
    }, tickMs);
    try {
      return await work();
    } finally {
      clearInterval(tick);
      this.add(bytes);
    }
  }

  /** Adds the part of a file's work that is done. */
  add(bytes: number): void {
    this.#doneBytes += bytes;
  }

  /** Reports the end. */
  end(): void {
    this.#options.onProgress?.({ doing: "ingested", share: 1 });
  }

  #report(what: string, bytes: number, note?: string): void {
    const share = Math.min(0.99, bytes / this.#totalBytes);
    this.#options.onProgress?.({ doing: what, share, ...(note ? { note } : {}) });
  }
}
