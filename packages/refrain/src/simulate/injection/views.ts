import { groupRows } from "./ratings.js";

/** Who watched what, by user (CSR), in the order of time. Immutable once made. */
export interface Views {
  /** The raters, in the order of the ratings. */
  readonly userIds: readonly string[];
  /** Titles: those of the ratings first, in their order, then the others. */
  readonly itemIds: readonly string[];
  /** Users + 1 places. */
  readonly userStart: Int32Array;
  /** Title of each view. */
  readonly item: Int32Array;
  /** When each began, milliseconds since 1970. */
  readonly at: Float64Array;
  /** Seconds watched, ≥ 0; NaN where not told; absent where the log has none. */
  readonly seconds?: Float64Array;
  /** Share of the title watched, 0…1; NaN where not told; absent where the log has none. */
  readonly share?: Float64Array;
  /** Number that stands for the device; -1 where not told; absent where the log has none. */
  readonly device?: Int32Array;
  /** The same for the network address. */
  readonly address?: Int32Array;
  /** The same for the session. */
  readonly session?: Int32Array;
}

/** Columns of views that a log may lack. */
export const viewNumbers = ["seconds", "share"] as const;
export const viewCodes = ["device", "address", "session"] as const;

/** Views before they have their place; a column is one entry a row. */
export interface ViewRows extends Omit<Views, "userIds" | "itemIds" | "userStart"> {
  /** User of each row, a place in `userIds`. */
  readonly user: Int32Array;
}

/** Puts views in their place: by user, then by time, then as they came. */
export function buildViews(
  { userIds, itemIds }: Pick<Views, "userIds" | "itemIds">,
  rows: ViewRows,
): Views {
  const { start, order } = groupRows(rows.user, userIds.length);
  for (let user = 0; user < userIds.length; user++) {
    order.subarray(start[user], start[user + 1]).sort((a, b) => rows.at[a]! - rows.at[b]! || a - b);
  }
  const pick = (values: Float64Array) => Float64Array.from(order, (row) => values[row]!);
  const codes = (values: Int32Array) => Int32Array.from(order, (row) => values[row]!);
  const { seconds, share, device, address, session } = rows;
  return {
    ...{ userIds, itemIds, userStart: start },
    item: codes(rows.item),
    at: pick(rows.at),
    ...(seconds && { seconds: pick(seconds) }),
    ...(share && { share: pick(share) }),
    ...(device && { device: codes(device) }),
    ...(address && { address: codes(address) }),
    ...(session && { session: codes(session) }),
  };
}

/** One view, for logs that are made. */
export interface View {
  readonly user: number;
  readonly item: number;
  readonly at: number;
  readonly seconds: number;
  readonly share: number;
  readonly device: number;
  readonly address: number;
  readonly session: number;
}

/** The views of one user. */
export function viewsOf(views: Views, user: number): View[] {
  const [from, to] = [views.userStart[user]!, views.userStart[user + 1]!];
  return Array.from({ length: to - from }, (_, i) => {
    const k = from + i;
    return {
      ...{ user, item: views.item[k]!, at: views.at[k]! },
      seconds: views.seconds?.[k] ?? Number.NaN,
      share: views.share?.[k] ?? Number.NaN,
      device: views.device?.[k] ?? -1,
      address: views.address?.[k] ?? -1,
      session: views.session?.[k] ?? -1,
    };
  });
}

/**
 * A log of single views with the columns that another log has.
 * @param like decides which columns there are; all of them unless given
 */
export function logOf(
  names: Pick<Views, "userIds" | "itemIds">,
  rows: readonly View[],
  like?: Views,
): Views {
  const numbers = (name: (typeof viewNumbers)[number] | "at") =>
    Float64Array.from(rows, (row) => row[name]);
  const codes = (name: (typeof viewCodes)[number] | "user" | "item") =>
    Int32Array.from(rows, (row) => row[name]);
  const has = (name: keyof Views) => like === undefined || like[name] !== undefined;
  return buildViews(names, {
    ...{ user: codes("user"), item: codes("item"), at: numbers("at") },
    ...(has("seconds") && { seconds: numbers("seconds") }),
    ...(has("share") && { share: numbers("share") }),
    ...(has("device") && { device: codes("device") }),
    ...(has("address") && { address: codes("address") }),
    ...(has("session") && { session: codes("session") }),
  });
}

/** Views as CSV lines in the order of time; codes stand as `d12`, `a3`, `s40`. */
export function viewLines(views: Views): readonly string[] {
  const { userIds, itemIds, userStart, item, at } = views;
  const owner = new Int32Array(item.length);
  for (let user = 0; user < userIds.length; user++) {
    owner.fill(user, userStart[user], userStart[user + 1]);
  }
  const columns = [...viewNumbers, ...viewCodes].filter((name) => views[name] !== undefined);
  const cell = (name: (typeof columns)[number], k: number): string => {
    const value = views[name]![k]!;
    if (name === "seconds") return Number.isNaN(value) ? "" : String(Math.round(value));
    if (name === "share") return Number.isNaN(value) ? "" : value.toFixed(3);
    return value < 0 ? "" : `${name[0]}${value}`;
  };
  const order = Int32Array.from(item.keys()).sort((a, b) => at[a]! - at[b]! || a - b);
  const lines = [["user", "item", "at", ...columns].join(",")];
  for (const k of order) {
    const told = [userIds[owner[k]!], itemIds[item[k]!], Math.floor(at[k]! / 1000)];
    lines.push([...told, ...columns.map((name) => cell(name, k))].join(","));
  }
  return lines;
}
