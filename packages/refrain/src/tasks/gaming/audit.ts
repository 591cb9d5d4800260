import { RandomStream } from "@refrain/learn";
import { rowsWhere, type ShareInterval, wilsonInterval } from "../../evaluation/index.js";
import { type LabelledDays, takeDays, type UsageDays } from "./data.js";
import { gamingErrors } from "./errors.js";
import { labelColumn } from "./read-usage.js";

/** A share that an audit found, with its 95 % interval. */
export interface AuditShare extends Partial<ShareInterval> {
  readonly looked: number;
  readonly cheats: number;
}

/** What somebody who looked at a random sample found. */
export interface Audit {
  /** Of the alarms: the precision in production. */
  readonly alarms: AuditShare;
  /** Of all others: what is missed. */
  readonly others: AuditShare;
  /** Cheats that are no alarms, of 100,000 users: estimate and 95 % interval. */
  readonly missedPerHundredThousand: (ShareInterval & { readonly value: number }) | null;
}

/**
 * Rows for somebody to look at: as many alarms as others, drawn at random and mixed, without
 * saying which are which.
 * @param size rows
 * @returns head and rows; the column of marks is empty
 */
export function auditSample(
  days: UsageDays,
  isAlarm: (row: number) => boolean,
  { size, seed }: { readonly size: number; readonly seed: number },
): string {
  const random = new RandomStream(seed, "audit");
  const draw = (rows: Uint32Array, count: number): number[] => {
    random.shuffle(rows);
    return [...rows.subarray(0, count)];
  };
  const all = days.users.length;
  const alarms = draw(rowsWhere(all, isAlarm), Math.ceil(size / 2));
  const others = draw(
    rowsWhere(all, (row) => !isAlarm(row)),
    size - alarms.length,
  );
  const rows = Uint32Array.from([...alarms, ...others]);
  random.shuffle(rows);
  const names = days.features.names;
  const lines = Array.from(rows, (row) => {
    const values = names.map((name) => String(days.features.numbers(name)[row]!));
    return [csvText(days.users[row]!), ...values, ""].join(",");
  });
  return `${[["UserPartyID", ...names, labelColumn].join(","), ...lines].join("\n")}\n`;
}

function csvText(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * What an audited sample says about the alarms of a day.
 * @param audited the sample with its marks filled in
 * @param isAlarm by row of `days`
 * @throws AUDIT_STRANGERS
 */
export function readAudit(
  audited: UsageDays,
  days: UsageDays,
  isAlarm: (row: number) => boolean,
): Audit {
  const label = audited.label ?? new Float64Array();
  const looked: LabelledDays = takeDays(
    audited,
    rowsWhere(label.length, (row) => !Number.isNaN(label[row])),
  );
  const rowOf = new Map(days.users.map((user, row) => [user, row]));
  const strangers = looked.users.filter((user) => !rowOf.has(user));
  if (looked.users.length === 0 || strangers.length > 0) {
    throw gamingErrors.AUDIT_STRANGERS({
      file: audited.files.join(", "),
      marked: looked.users.length,
      strangers: strangers.length,
    });
  }
  const isCalled = looked.users.map((user) => isAlarm(rowOf.get(user)!));
  const shareOf = (called: boolean): AuditShare => {
    const rows = rowsWhere(isCalled.length, (row) => isCalled[row] === called);
    const cheats = rows.reduce((sum, row) => sum + looked.label[row]!, 0);
    const interval = rows.length > 0 ? wilsonInterval(cheats, rows.length) : {};
    return { looked: rows.length, cheats, ...interval };
  };
  const others = shareOf(false);
  const rest = rowsWhere(days.users.length, (row) => !isAlarm(row)).length / days.users.length;
  const per = 1e5 * rest;
  return {
    alarms: shareOf(true),
    others,
    missedPerHundredThousand:
      others.looked === 0
        ? null
        : {
            value: (per * others.cheats) / others.looked,
            low: per * others.low!,
            high: per * others.high!,
          },
  };
}
