import { type Frame, type Model, numberColumn } from "@refrain/learn";
import { furtherFeatures } from "./lake-sql.js";
import { type ColumnProfile, tailShare } from "./profile.js";

/** Why a row scores as high as it does, by one column. */
export interface Reason {
  readonly feature: string;
  readonly value: number;
  /** By how much the score falls where the value is put at the median. */
  readonly raises: number;
  /** Share of users with at least this value. */
  readonly share: number;
  /** The same in words. */
  readonly text: string;
}

/** How reasons are made. */
export interface ReasonOptions {
  /** Reasons a row, at most. */
  readonly most: number;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The columns that make rows suspicious: those whose value is far up among users, first those
 * without which the score would fall most. This works for any model alike.
 * @param features rows to explain
 * @returns one list a row
 */
export async function reasonsOf(
  model: Model,
  profile: readonly ColumnProfile[],
  features: Frame,
  { most, threads, signal }: ReasonOptions,
): Promise<Reason[][]> {
  const whole = await model.predict(features, { threads, signal });
  const without: Float64Array[] = [];
  for (const { name, median } of profile) {
    const usual = numberColumn(name, new Float64Array(features.rowCount).fill(median));
    without.push(await model.predict(features.with([usual]), { threads, signal }));
  }
  return Array.from(whole, (score, row) =>
    profile
      .map((column, at): Reason => {
        const value = features.numbers(column.name)[row]!;
        const share = tailShare(column, value);
        const text = `${wordsOf(column.name, value, features, row)}, ${rarity(share)}`;
        return { feature: column.name, value, raises: score - without[at]![row]!, share, text };
      })
      .filter(({ value }, at) => value > profile[at]!.median)
      .sort((a, b) => b.raises - a.raises || a.share - b.share)
      .slice(0, most),
  );
}

const plays: Readonly<Record<string, string>> = {
  totUsage: "plays",
  MaxSingleAlbumUse: "plays of one album",
  MaxSingleTrackUse: "plays of one track",
  MaxSingleArtistUse: "plays of one artist",
};

function wordsOf(name: string, value: number, features: Frame, row: number): string {
  const shown = Number(value.toPrecision(6)).toLocaleString("en-US");
  if (name === "IndieToMajorRatio") {
    return value === features.numbers("totUsage")[row] && value > 0
      ? `all ${shown} plays of indie labels`
      : `${shown} indie plays for one major`;
  }
  const further = furtherFeatures[name]?.words;
  if (further !== undefined) return further.replace("#", String(Number(value.toPrecision(3))));
  return plays[name] === undefined ? `${name} ${shown}` : `${shown} ${plays[name]}`;
}

function rarity(share: number): string {
  if (share > 0.1) return "nothing rare by itself";
  return `as much as 1 user in ${Math.round(1 / share).toLocaleString("en-US")}`;
}
