import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBValue,
  listValue,
} from "@duckdb/node-api";
import { asDiskFull, type Limits, resolveLimits } from "../../foundation/index.js";
import type { Engine, SqlColumn, SqlRow, SqlValue } from "../engine.js";
import { lakeErrors } from "../errors.js";
import { toPlainRow, toTypedColumn } from "./duckdb-values.js";

type Bound = Readonly<Record<string, SqlValue>>;

/**
 * Opens an in-memory DuckDB with memory, thread and temporary-folder limits set.
 * The instance belongs to one job and is closed with it.
 */
export async function openDuckDb(limits?: Partial<Limits>): Promise<Engine> {
  const resolved = resolveLimits(limits);
  const temporary = await mkdtemp(join(resolved.tempDirectory, "refrain-"));
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: `${Math.floor(resolved.memoryBytes / 1e6)}MB`,
    threads: String(resolved.threads),
    temp_directory: temporary,
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await connect(instance);
  return new DuckDbEngine(instance, connection, { ...resolved, tempDirectory: temporary });
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

class DuckDbEngine implements Engine {
  readonly dialect = "duckdb";
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #limits: Limits;

  readonly #isFirst: boolean;

  constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    limits: Limits,
    isFirst = true,
  ) {
    this.#isFirst = isFirst;
    this.#instance = instance;
    this.#connection = connection;
    this.#limits = limits;
  }

  async run(sql: string, values?: Bound): Promise<void> {
    await this.#guard(sql, () => this.#connection.run(sql, bind(values)));
  }

  async rows(sql: string, values?: Bound): Promise<SqlRow[]> {
    const reader = await this.#guard(sql, () => this.#connection.runAndReadAll(sql, bind(values)));
    return reader.getRowObjects().map(toPlainRow);
  }

  async columns(sql: string, values?: Bound): Promise<SqlColumn[]> {
    const result = await this.#guard(sql, () => this.#connection.run(sql, bind(values)));
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
    return new DuckDbEngine(this.#instance, connection, this.#limits, false);
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    if (!this.#isFirst) return;
    this.#instance.closeSync();
    void rm(this.#limits.tempDirectory, { recursive: true, force: true }).catch(() => undefined);
  }

  async #guard<T>(sql: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const seen = asDiskFull(error, this.#limits.tempDirectory);
      if (seen !== error) throw seen;
      if (/out of memory/i.test(message)) {
        throw lakeErrors.MEMORY_EXCEEDED({ memoryBytes: this.#limits.memoryBytes }, error);
      }
      throw lakeErrors.SQL_FAILED({ message, sql }, error);
    }
  }
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
