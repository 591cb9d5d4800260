import { foundationErrors } from "../foundation/index.js";
import type {
  Cleaning,
  FeatureDeclaration,
  Need,
  RatioDeclaration,
  WindowSet,
} from "./declaration.js";
import { featureErrors } from "./errors.js";

/** Options of the churn set. */
export interface ChurnOptions {
  /** Named version of the set; only `v1` so far. */
  readonly version?: string;
  /** Share of a song's length from which it counts as fully played, > 0 … 1. Default .9. */
  readonly fullShare?: number;
  /** Days from the cutoff without any event that make churn. Default 14. */
  readonly labelDays?: number;
  /** Keep users with more than 24 h of play in a day. Default false. */
  readonly keepBots?: boolean;
  /** Leave out users whom a verdict of the lake flags, as known by the cutoff. Default false. */
  readonly leaveOutFlagged?: boolean;
  /** Days with more plays than the 99.9th percentile: taken out, cut to it, or kept. */
  readonly outliers?: Cleaning["outliers"];
}

const windows = [1, 3, 7, 14, 30] as const;
const lookback = 30;
const kinds = [
  { letter: "P", table: "play", word: "play", many: "plays" },
  { letter: "D", table: "download", word: "down", many: "downloads" },
  { letter: "S", table: "search", word: "search", many: "searches" },
] as const;
const everyKind = kinds.map((kind) => kind.table);
const measured = `"track_seconds" > 0 AND "play_seconds" >= 0`;
const plausible = `"play_seconds" BETWEEN 0 AND 86400`;

const lacks = {
  seconds: { what: "seconds played", table: "play", where: `"play_seconds" IS NOT NULL` },
  lengths: { what: "lengths of songs", table: "play", where: `"track_seconds" > 0` },
  songs: { what: "ids of songs", table: "play", where: `"track_id" IS NOT NULL` },
  artists: { what: "names of performers", table: "play", where: `"artist_name" IS NOT NULL` },
  albums: { what: "catalogue with albums", table: "track", where: `"album" IS NOT NULL` },
  times: { what: "times of day", table: "play", where: `"timed"` },
} as const satisfies Record<string, Need>;

const of = (declaration: Omit<FeatureDeclaration, "entity">): FeatureDeclaration => ({
  entity: "user",
  ...declaration,
});

/**
 * The churn set: who will have no event in the 14 days from the cutoff, from plays, downloads and
 * searches of the 30 days before it.
 * @throws VERSION_UNKNOWN, OPTION_INVALID
 */
export function churnFeatures(options: ChurnOptions = {}): WindowSet {
  const version = options.version ?? "v1";
  if (version !== "v1") {
    throw featureErrors.VERSION_UNKNOWN({ set: "churn", given: version, known: ["v1"] });
  }
  const fullShare = options.fullShare ?? 0.9;
  if (!(fullShare > 0 && fullShare <= 1)) {
    throw foundationErrors.OPTION_INVALID({
      option: "fullShare",
      given: String(fullShare),
      expected: "a share above 0 and at most 1, for example 0.9",
    });
  }
  const labelDays = options.labelDays ?? 14;
  if (!(Number.isInteger(labelDays) && labelDays > 0 && labelDays <= 366)) {
    throw foundationErrors.OPTION_INVALID({
      option: "labelDays",
      given: String(labelDays),
      expected: "a whole number of days from 1 to 366",
    });
  }
  return {
    name: "churn",
    shape: "windows",
    version,
    doc: "Users with an event in the 30 days before the cutoff, one row a (user, cutoff).",
    keys: [
      { name: "uid", role: "key", unit: "", doc: "The user." },
      { name: "cutoff", role: "key", unit: "day", doc: "First day that the features do not see." },
    ],
    labels: [
      {
        name: "label",
        doc:
          `1 = no event in [cutoff, cutoff + ${labelDays} d), 0 = some; ` +
          "null unless observed to the end.",
      },
    ],
    extras: [],
    limits: [
      "The log is taken to cover the whole of the last day that it has events of.",
      "Days are calendar days of the log's zone; rows of untimed files are known from the end of " +
        "their day.",
      "The catalogue (albums) carries no time: it is read as it was last delivered.",
    ],
    population: everyKind,
    timeless: ["track.album"],
    leaveOutFlagged: options.leaveOutFlagged ?? false,
    lookbackDays: lookback,
    labelDays,
    features: churnDeclarations(fullShare),
    cleaning: {
      keepBots: options.keepBots ?? false,
      outliers: options.outliers ?? "remove",
      outlierPerMille: 999,
    },
  };
}

function churnDeclarations(fullShare: number): (FeatureDeclaration | RatioDeclaration)[] {
  return [
    ...kinds.flatMap((kind) => frequency(kind)),
    ...kinds.map((kind) =>
      of({
        name: `days_from_last_${kind.word}`,
        doc:
          `Days from the last day with ${kind.many} to the cutoff, 1 = the day before; ` +
          "missing when there is none in 30 days.",
        unit: "days",
        events: [kind.table],
        aggregate: { kind: "daysSinceLast" },
        windows: [lookback],
      }),
    ),
    ...listening(fullShare),
    ...variety(),
    ...kinds.flatMap((kind) => trends(kind)),
    ...weekdays(),
    ...hours(),
  ];
}

function frequency(kind: (typeof kinds)[number]): FeatureDeclaration[] {
  return [
    of({
      name: `freq_${kind.letter}_last_{days}`,
      doc: `Number of ${kind.many} in the last {days} days.`,
      unit: kind.many,
      events: [kind.table],
      aggregate: { kind: "count" },
      windows,
    }),
  ];
}

function listening(fullShare: number): (FeatureDeclaration | RatioDeclaration)[] {
  const full = `${measured} AND "play_seconds" >= "track_seconds" * ${fullShare.toExponential()}`;
  return [
    of({
      name: "play_seconds_last_{days}",
      doc: "Seconds played in the last {days} days; plays outside 0 … 86,400 s are not added.",
      unit: "s",
      events: ["play"],
      filter: { where: plausible },
      aggregate: { kind: "sum", column: "play_seconds" },
      windows: [7, lookback],
      needs: lacks.seconds,
    }),
    of({
      name: "full_plays_last_{days}",
      doc:
        `Plays of at least ${fullShare} of the song's length in the last {days} days; ` +
        "songs of zero or unknown length are out.",
      unit: "plays",
      events: ["play"],
      filter: { where: full },
      aggregate: { kind: "count" },
      windows: [lookback],
      needs: lacks.lengths,
    }),
    of({
      name: "measured_plays",
      doc: "Plays of songs whose length is known and above zero in the last 30 days.",
      unit: "plays",
      events: ["play"],
      filter: { where: measured },
      aggregate: { kind: "count" },
      windows: [lookback],
      needs: lacks.lengths,
      hidden: true,
    }),
    {
      name: "full_play_share_last_30",
      doc:
        "Share of full_plays_last_30 among the plays of songs of known length; " +
        "missing without any.",
      unit: "share",
      over: "full_plays_last_30",
      under: "measured_plays",
      needs: lacks.lengths,
    },
    of({
      name: "active_days_last_{days}",
      doc: "Days with any event in the last {days} days.",
      unit: "days",
      events: everyKind,
      aggregate: { kind: "activeDays" },
      windows: [7, lookback],
    }),
  ];
}

function variety(): FeatureDeclaration[] {
  const distinct = (name: string, column: string, doc: string, needs: Need): FeatureDeclaration =>
    of({
      name,
      doc,
      unit: "count",
      events: ["play"],
      aggregate: { kind: "distinct", column },
      windows: [lookback],
      needs,
    });
  return [
    distinct(
      "distinct_songs_last_30",
      "track_id",
      "Different songs played in the last 30 days.",
      lacks.songs,
    ),
    distinct(
      "distinct_artists_last_30",
      "artist_name",
      "Different performers played in the last 30 days.",
      lacks.artists,
    ),
    distinct(
      "distinct_albums_last_30",
      "track.album",
      "Different albums played in the last 30 days.",
      lacks.albums,
    ),
    of({
      name: "device",
      doc:
        "Device of the last of the 30 days on which one is named; " +
        "of several on that day, the last by the alphabet.",
      unit: "",
      events: everyKind,
      aggregate: { kind: "lastText", column: "device" },
      windows: [lookback],
    }),
  ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function trends(kind: (typeof kinds)[number]): RatioDeclaration[] {
  const trend = (short: number, long: number): RatioDeclaration => ({
    name: `trend_${kind.letter}_${short}_${long}`,
    doc:
      `${capitalised(kind.many)} a day in the last ${short} days over those in the last ${long}; ` +
      "missing when there were none.",
    unit: "ratio",
    over: `freq_${kind.letter}_last_${short}`,
    overFactor: long,
    under: `freq_${kind.letter}_last_${long}`,
    underFactor: short,
  });
  return kind.letter === "P" ? [trend(3, 14), trend(7, lookback)] : [trend(7, lookback)];
}

const weekdayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

function weekdays(): (FeatureDeclaration | RatioDeclaration)[] {
  return weekdayNames.flatMap((day, weekday) => [
    of({
      name: `plays_${day}`,
      doc: `Plays on a ${capitalised(day)} in the last 30 days.`,
      unit: "plays",
      events: ["play"],
      filter: { weekday },
      aggregate: { kind: "count" },
      windows: [lookback],
      hidden: true,
    }),
    {
      name: `share_${day}`,
      doc:
        `Share of the plays of the last 30 days that fell on a ${capitalised(day)}; ` +
        "missing without plays.",
      unit: "share",
      over: `plays_${day}`,
      under: "freq_P_last_30",
    },
  ]);
}

const blocks = [
  { name: "night", from: 0 },
  { name: "morning", from: 6 },
  { name: "afternoon", from: 12 },
  { name: "evening", from: 18 },
];

function hours(): (FeatureDeclaration | RatioDeclaration)[] {
  const timedPlays = (name: string, where: string): FeatureDeclaration =>
    of({
      name,
      doc: "Plays with a time of day in the last 30 days.",
      unit: "plays",
      events: ["play"],
      filter: { where },
      aggregate: { kind: "count" },
      windows: [lookback],
      needs: lacks.times,
      hidden: true,
    });
  const needs = lacks.times;
  return [
    timedPlays("timed_plays", `"timed"`),
    ...blocks.flatMap(({ name, from }) => [
      timedPlays(`plays_${name}`, `"timed" AND hour("event_at") BETWEEN ${from} AND ${from + 5}`),
      {
        name: `share_${name}`,
        doc:
          `Share of the timed plays of the last 30 days from ${from} to ${from + 6} o'clock; ` +
          "missing without any.",
        unit: "share",
        over: `plays_${name}`,
        under: "timed_plays",
        needs,
      },
    ]),
    of({
      name: "mean_gap_hours_last_30",
      doc:
        "Mean hours from one timed play to the next in the last 30 days; " +
        "missing below two plays.",
      unit: "h",
      events: ["play"],
      filter: { where: `"timed"` },
      aggregate: { kind: "meanGap" },
      windows: [lookback],
      needs,
    }),
  ];
}
