/** What is asked of a recommender: which users, how many items, and out of which. */
import type { ModelCard } from "../contract.js";
import { learnerErrors } from "../errors.js";
import type { RecommendExtras } from "./contract.js";
import type { Csr } from "./csr.js";
import { checkLength, namesOf } from "./pairs.js";

/** Users: texts, places, or all. */
export type AskedUsers = readonly string[] | Int32Array | "all";

/** Finds places by name. */
export interface PlaceFinder {
  /** The place of a name, -1 where there is none. */
  readonly find: (name: string) => number;
  /** @throws RECOMMEND_UNKNOWN where there is none */
  readonly place: (name: string) => number;
  /** @throws RECOMMEND_UNKNOWN */
  readonly all: (wanted: AskedUsers) => Int32Array;
}

function placeFinder(what: "user" | "item", names: readonly string[]): PlaceFinder {
  let places: ReadonlyMap<string, number> | undefined;
  const find = (name: string): number => {
    places ??= new Map(names.map((text, place) => [text, place]));
    return places.get(name) ?? -1;
  };
  const place = (name: string): number => {
    const found = find(name);
    if (found < 0) throw learnerErrors.RECOMMEND_UNKNOWN({ what, name });
    return found;
  };
  const all = (wanted: AskedUsers): Int32Array => {
    if (wanted === "all") return Int32Array.from(names.keys());
    if (!(wanted instanceof Int32Array)) return Int32Array.from(wanted, place);
    const wrong = wanted.find((one) => one < 0 || one >= names.length);
    if (wrong === undefined) return wanted;
    throw learnerErrors.RECOMMEND_UNKNOWN({ what, name: String(wrong) });
  };
  return { find, place, all };
}

/** Users and items of a model by name. */
export interface Finders {
  readonly user: PlaceFinder;
  readonly item: PlaceFinder;
}

/** The finders of a card's names; what they look in is made when it is first needed. */
export function findersOf(card: ModelCard): Finders {
  const { users, items } = namesOf(card);
  return { user: placeFinder("user", users), item: placeFinder("item", items) };
}

/** What lists are made of. */
export interface Asked {
  /** Users, as places, in the order asked for. */
  readonly users: Int32Array;
  /** Items that may be given, ascending, each once. */
  readonly allowed: Int32Array;
  /** Entries that are left out, users × items; undefined for none. */
  readonly excluded: Csr | undefined;
}

/**
 * Checks what is asked.
 * @param seen what training saw: it is left out unless told
 * @throws RECOMMEND_UNKNOWN, LEARNER_OPTION, TARGET_LENGTH
 */
export function askedOf(
  { kind, seen, finders }: { kind: string; seen: Csr; finders: Finders },
  wanted: AskedUsers,
  k: number,
  { exclude = "seen", only }: RecommendExtras,
): Asked {
  checkLength(kind, k);
  const users = finders.user.all(wanted);
  const allowed = Int32Array.from(new Set(finders.item.all(only ?? "all"))).sort();
  return { users, allowed, excluded: excludedOf(seen, exclude) };
}

/** @throws TARGET_LENGTH where the caller's matrix has other users */
function excludedOf(seen: Csr, exclude: "seen" | "none" | Csr): Csr | undefined {
  if (exclude === "none") return undefined;
  if (exclude === "seen") return seen;
  const found = exclude.starts.length - 1;
  if (found === seen.rows) return exclude;
  throw learnerErrors.TARGET_LENGTH({ what: "exclude", found, rows: seen.rows });
}
