import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SourceKind, sources, tables } from "../../events/index.js";
import type { Engine } from "../engine.js";
import { lakeErrors } from "../errors.js";
import type { Lake } from "../lake.js";
import type { LakeInput } from "../manifest.js";
import { columnType, type Target } from "./column-type.js";
import { personalKind, shown } from "./masking.js";
import {
  type ColumnProfile,
  type Place,
  type Profile,
  parseProfile,
  profileVersion,
} from "./profile.js";
import { mergeProfiles } from "./profile-merge.js";
import type { Example } from "./report.js";
import { typedTables } from "./typed-tables.js";
import { type ReadValue, readSpecials, readValues } from "./values.js";

/** A raw column with what is known about it. */
export interface ColumnContext {
  readonly name: string;
  readonly profile: ColumnProfile;
  /** `text`, `integer`, `real`, `boolean`, `date`, `timestamp`, `list`, `object`, `empty`. */
  readonly type: string;
  readonly targets: readonly Target[];
  /** Whether the source knows the column at all; true where the source is not known to us. */
  readonly known: boolean;
  /** A row without it is lost: a key, a required column, or what decides the table. */
  readonly needed: boolean;
  /** Decides to which table a row goes. */
  readonly routes: boolean;
  /** Names things: a key, a reference, or a column called id. */
  readonly isId: boolean;
  readonly personal: string | null;
  /** Retained values, most frequent first. */
  readonly values: readonly ReadValue[];
  readonly specials: readonly ReadValue[];
}

/** One kind of input over all its files. */
export interface TableContext {
  readonly kind: string;
  readonly source: string;
  readonly sourceKind: SourceKind | undefined;
  readonly inputs: readonly LakeInput[];
  readonly profile: Profile;
  /** The profile of each file, in the order of `inputs`. */
  readonly fileProfiles: readonly Profile[];
  /** Rows of the profile that could be read as rows. */
  readonly rows: number;
  /** Canonical tables that rows of this kind become. */
  readonly becomes: readonly string[];
  readonly columns: readonly ColumnContext[];
}

/** What the rules look at: raw profiles by kind of input, and the typed tables as relations. */
export interface QualityContext {
  readonly engine: Engine;
  readonly lake: Lake;
  readonly tables: readonly TableContext[];
  /** Canonical tables with rows: name → columns that the files have. */
  readonly typed: ReadonlyMap<string, readonly string[]>;
}

/** Reads profiles and registers the typed tables of a part of the lake. */
export async function openContext(
  engine: Engine,
  lake: Lake,
  inputs: readonly LakeInput[],
): Promise<QualityContext> {
  const typed = await typedTables(engine, lake, inputs);
  const kinds = new Map<string, LakeInput[]>();
  for (const input of inputs) {
    const key = `${input.source} ${input.kind}`;
    kinds.set(key, [...(kinds.get(key) ?? []), input]);
  }
  const contexts: TableContext[] = [];
  for (const group of kinds.values()) {
    const read = await readProfiles(lake, group);
    if (read.length > 0) contexts.push(tableContext(group, read));
  }
  return { engine, lake, tables: contexts, typed };
}

async function readProfiles(lake: Lake, inputs: readonly LakeInput[]): Promise<Profile[]> {
  const profiles: Profile[] = [];
  for (const input of inputs) {
    if (input.profile === undefined) continue;
    const text = await readFile(join(lake.directory, input.profile), "utf8");
    const profile = parseProfile(text);
    if (!profile) {
      const directory = `${lake.directory}, its profile ${input.profile},`;
      throw lakeErrors.LAKE_VERSION({ directory, found: 0, known: profileVersion });
    }
    profiles.push(profile);
  }
  return profiles;
}

function tableContext(inputs: readonly LakeInput[], read: readonly Profile[]): TableContext {
  const first = inputs[0]!;
  const profile = read.slice(1).reduce(mergeProfiles, read[0]!);
  const sourceKind = sources[first.source]?.kinds.find((kind) => kind.name === first.kind);
  const becomes = sourceKind ? routedTables(sourceKind) : [];
  const ofPeople = becomes.includes("user");
  return {
    kind: first.kind,
    source: first.source,
    sourceKind,
    inputs,
    profile,
    fileProfiles: read,
    rows: profile.rows - profile.unreadable.count,
    becomes,
    columns: Object.entries(profile.columns).map(([name, column]) =>
      columnContext({ name, column, profile, sourceKind, becomes, ofPeople }),
    ),
  };
}

function routedTables(kind: SourceKind): string[] {
  return "table" in kind.route
    ? [kind.route.table]
    : [...new Set(Object.values(kind.route.tables))];
}

interface Described {
  readonly name: string;
  readonly column: ColumnProfile;
  readonly profile: Profile;
  readonly sourceKind: SourceKind | undefined;
  readonly becomes: readonly string[];
  readonly ofPeople: boolean;
}

function columnContext(described: Described): ColumnContext {
  const { name, column, profile, sourceKind, becomes, ofPeople } = described;
  const json = profile.format !== "delimited";
  const values = readValues(column, json);
  const lower = (profile.sourceNames[name] ?? name).toLowerCase();
  const sourceColumn = sourceKind?.columns.find((one) =>
    [one.name, ...(one.aliases ?? [])].some((spelling) => spelling.toLowerCase() === lower),
  );
  const to = sourceColumn?.to;
  const targets = becomes.flatMap((table): Target[] => {
    const contract = to === undefined ? undefined : tables[table]?.columns[to];
    return contract && to !== undefined ? [{ table, column: to, contract }] : [];
  });
  const isKey = targets.some((target) => tables[target.table]?.key === target.column);
  const routes =
    sourceKind !== undefined &&
    "by" in sourceKind.route &&
    sourceKind.route.by === sourceColumn?.name;
  const texts = values.filter((value) => value.kind === "string").map((value) => value.text);
  const byContract = targets.some((target) => target.contract.personal === true);
  return {
    name,
    profile: column,
    type: columnType(column, values, { json, targets }),
    targets,
    known: sourceKind === undefined || sourceColumn !== undefined,
    needed:
      isKey ||
      routes ||
      sourceColumn?.required === true ||
      targets.some(({ contract }) => contract.required === true),
    routes,
    isId:
      isKey ||
      targets.some(({ contract }) => contract.references !== undefined) ||
      /(?:^|[_\s-])id(?:$|[_\s-])|[a-z]Id$|^uid$/.test(name),
    personal: byContract ? (to ?? "personal") : personalKind(texts, ofPeople),
    values,
    specials: readSpecials(column, json),
  };
}

/** Rows, missing and absent values over those files alone that have the column at all. */
export function whereGiven(
  { fileProfiles }: TableContext,
  { name }: ColumnContext,
): { rows: number; missing: number; absent: number } {
  const sum = { rows: 0, missing: 0, absent: 0 };
  for (const { columns, rows, unreadable } of fileProfiles) {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (!column) continue;
    sum.rows += rows - unreadable.count;
    sum.missing += column.missing;
    sum.absent += column.absent;
  }
  return sum;
}

/** Examples of values, masked where the column is personal. */
export function examplesOf(
  column: Pick<ColumnContext, "personal">,
  values: readonly ReadValue[],
  most = 3,
): Example[] {
  return values
    .flatMap((value): Example[] => {
      const text = shown(value.text, column.personal);
      return value.places.length > 0
        ? value.places.map((place) => ({ ...place, value: text }))
        : [{ file: null, line: null, value: text }];
    })
    .slice(0, most);
}

/** Examples of lines where nothing stood. */
export function missingExamples(places: readonly Place[]): Example[] {
  return places.map((place) => ({ ...place, value: null }));
}

/** The raw column, if any, that becomes a canonical one. */
export function rawOf(
  context: QualityContext,
  table: string,
  column: string,
): { table: TableContext; column: ColumnContext } | undefined {
  for (const raw of context.tables) {
    const found = raw.columns.find(({ targets }) =>
      targets.some((target) => target.table === table && target.column === column),
    );
    if (found) return { table: raw, column: found };
  }
  return undefined;
}

/** Name of the kind of input that a canonical table came from; its own name where unknown. */
export function kindOf(context: QualityContext, table: string): string {
  return context.tables.find(({ becomes }) => becomes.includes(table))?.kind ?? table;
}

/** Examples of values found in a typed table, with their lines where the profile knows them. */
export function typedExamples(
  context: QualityContext,
  at: { readonly table: string; readonly column: string },
  texts: readonly string[],
): Example[] {
  const raw = rawOf(context, at.table, at.column)?.column;
  const personal =
    raw?.personal ?? (tables[at.table]?.columns[at.column]?.personal === true ? at.column : null);
  const placed = texts.map((text) => ({ text, place: placeOf(raw, text) }));
  const first = [...placed.filter(({ place }) => place), ...placed.filter(({ place }) => !place)];
  return first.slice(0, 3).map(({ text, place }) => ({
    file: place?.file ?? null,
    line: place?.line ?? null,
    value: shown(text, personal),
  }));
}

function placeOf(raw: ColumnContext | undefined, text: string): Place | undefined {
  if (!raw) return undefined;
  const known = [
    ...raw.specials.map((value) => ({ value: value.text, places: value.places })),
    ...raw.values.map((value) => ({ value: value.text, places: value.places })),
    ...raw.profile.ends,
  ];
  return known.find(({ value, places }) => places.length > 0 && sameValue(value, text))?.places[0];
}

/** Values of a canonical column whose lines the profile knows. */
export function placedTexts(
  context: QualityContext,
  at: { readonly table: string; readonly column: string },
): string[] {
  const raw = rawOf(context, at.table, at.column)?.column;
  return (raw?.values ?? []).filter((value) => value.places.length > 0).map(({ text }) => text);
}

function sameValue(raw: string, typed: string): boolean {
  return raw === typed || (typed !== "" && raw !== "" && Number(raw) === Number(typed));
}
