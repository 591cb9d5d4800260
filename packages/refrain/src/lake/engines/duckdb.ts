import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPendingResult,
  type DuckDBResult,
  type DuckDBValue,
  listValue,
} from "@duckdb/node-api";
import bindings from "@duckdb/node-bindings";
import { asDiskFull, type Limits, resolveLimits } from "../../foundation/index.js";
import type { Engine, SqlColumn, SqlRow, SqlValue } from "../engine.js";
import { lakeErrors } from "../errors.js";
import { toPlainRow, toTypedColumn } from "./duckdb-values.js";

type Bound = Readonly<Record<string, SqlValue>>;

interface OpenOptions {
  /** Whether there is other work for the cores while long statements run; see `lookAt`. */
  readonly besideWork?: boolean;
}

/**
 * Opens an in-memory DuckDB with memory, thread and temporary-folder limits set.
 * The instance belongs to one job and is closed with it.
 */
export async function openDuckDb(
  limits?: Partial<Limits>,
  { besideWork = false }: OpenOptions = {},
): Promise<Engine> {
  const resolved = resolveLimits(limits);
  const temporary = await mkdtemp(join(resolved.tempDirectory, "refrain-"));
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: `${Math.floor(resolved.memoryBytes / 1e6)}MB`,
    threads: String(resolved.threads),
    // Those of them that are not the engine's own: of whoever asks.
    external_threads: besideWork ? "0" : "1",
    temp_directory: temporary,
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await connect(instance);
  const own = { ...resolved, tempDirectory: temporary };
  return new DuckDbEngine(instance, connection, { limits: own, besideWork, isFirst: true });
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  // Counted for `progress`, never printed.
  await connection.run("SET enable_progress_bar = true");
  await connection.run("SET enable_progress_bar_print = false");
  await connection.run("SET progress_bar_time = 0");
  return connection;
}

interface Opened {
  readonly limits: Limits;
  readonly besideWork: boolean;
  /** Whether it closes the instance. */
  readonly isFirst: boolean;
}

class DuckDbEngine implements Engine {
  readonly dialect = "duckdb";
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #opened: Opened;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, opened: Opened) {
    this.#instance = instance;
    this.#connection = connection;
    this.#opened = opened;
  }

  async run(sql: string, values?: Bound): Promise<void> {
    await this.#guard(sql, () => this.#execute(sql, values));
  }

  async rows(sql: string, values?: Bound): Promise<SqlRow[]> {
    const result = await this.#guard(sql, () => this.#execute(sql, values));
    return (await result.getRowObjects()).map(toPlainRow);
  }

  async columns(sql: string, values?: Bound): Promise<SqlColumn[]> {
    const result = await this.#guard(sql, () => this.#execute(sql, values));
    const chunks = await this.#guard(sql, () => result.fetchAllChunks());
    const rowCount = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    return result
      .columnNames()
      .map((name, index) =>
        toTypedColumn(name, result.columnType(index), chunks, { index, rowCount }),
      );
  }

  progress(): number | undefined {
    const { percentage } = this.#connection.progress;
    return percentage >= 0 ? Math.min(1, percentage / 100) : undefined;
  }

  async beside(): Promise<Engine> {
    const connection = await connect(this.#instance);
    return new DuckDbEngine(this.#instance, connection, { ...this.#opened, isFirst: false });
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    if (!this.#opened.isFirst) return;
    this.#instance.closeSync();
    void rm(this.#opened.limits.tempDirectory, { recursive: true, force: true }).catch(
      () => undefined,
    );
  }

  async #execute(sql: string, values: Bound | undefined): Promise<DuckDBResult> {
    const bound = bind(values);
    if (!this.#opened.besideWork) return this.#connection.run(sql, bound);
    const pending = await this.#connection.start(sql, bound);
    await lookAt(pending);
    return pending.getResult();
  }

  async #guard<T>(sql: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const seen = asDiskFull(error, this.#opened.limits.tempDirectory);
      if (seen !== error) throw seen;
      if (/out of memory/i.test(message)) {
        throw lakeErrors.MEMORY_EXCEEDED({ memoryBytes: this.#opened.limits.memoryBytes }, error);
      }
      throw lakeErrors.SQL_FAILED({ message, sql }, error);
    }
  }
}

/** Between two looks at a statement: so long at most, … */
const longestWaitMs = 10;
/** … and this part of the time that it has taken so far. */
const waitShare = 1 / 32;
/** So long it is looked at in every turn of the event loop. */
const shortMs = 0.3;

/**
 * Lets the engine's threads do a statement, looking now and then whether it is done. The engine's
 * own way to wait takes part in the work and then spins: while the last thread writes, a core is
 * lost to whatever else there is to do (docs/decisions/0038).
 * @throws what the statement failed with
 */
async function lookAt(pending: DuckDBPendingResult): Promise<void> {
  const started = performance.now();
  while (isUnderWay(pending)) {
    const taken = performance.now() - started;
    const wait = Math.min(longestWaitMs, taken * waitShare);
    await (taken < shortMs ? nextTurn() : sleep(wait));
  }
  const message = bindings.pending_error(pending["pending_result"]);
  if (message !== "") throw new Error(message);
}

/** A statement that is done shows as an error without message, as one that failed with one. */
function isUnderWay(pending: DuckDBPendingResult): boolean {
  const state = bindings.pending_execute_check_state(pending["pending_result"]);
  const { NO_TASKS_AVAILABLE, RESULT_NOT_READY } = bindings.PendingState;
  return state === NO_TASKS_AVAILABLE || state === RESULT_NOT_READY;
}

function bind(values: Bound | undefined): Record<string, DuckDBValue> | undefined {
  if (!values) return undefined;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? listValue(value as string[]) : (value as DuckDBValue),
    ]),
  );
}
