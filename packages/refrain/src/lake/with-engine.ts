import { foundationErrors, type Limits } from "../foundation/index.js";
import type { Engine } from "./engine.js";
import { openDuckDb } from "./engines/duckdb.js";

/** A job that runs on an engine of its own. */
export interface EngineJob {
  readonly limits: Limits;
  /** What INTERRUPTED says that it was doing. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an engine, works, and closes it. The signal stops the statement that runs, and no other
 * begins after it.
 * @throws INTERRUPTED
 */
export async function withEngine<Result>(
  { limits, doing, signal }: EngineJob,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openDuckDb(limits);
  const stop = (): void => engine.interrupt();
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    const result = await work(signal ? guarded(engine, signal) : engine);
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    throw signal?.aborted ? foundationErrors.INTERRUPTED({ doing }, error) : error;
  } finally {
    signal?.removeEventListener("abort", stop);
    engine.close();
  }
}

function guarded(engine: Engine, signal: AbortSignal): Engine {
  return {
    dialect: engine.dialect,
    run: async (sql, values) => {
      signal.throwIfAborted();
      await engine.run(sql, values);
    },
    rows: async (sql, values) => {
      signal.throwIfAborted();
      return engine.rows(sql, values);
    },
    columns: async (sql, values) => {
      signal.throwIfAborted();
      return engine.columns(sql, values);
    },
    interrupt: () => engine.interrupt(),
    close: () => engine.close(),
  };
}
