import type { Aggregate, FeatureDeclaration, Filter, MonthSet } from "./declaration.js";
import { featureErrors } from "./errors.js";

/** Options of the premium set. */
export interface PremiumOptions {
  /** Named version of the set; only `v1` so far. */
  readonly version?: string;
  /** Leave out users whom a verdict of the lake flags, as known by the cutoff. Default false. */
  readonly leaveOutFlagged?: boolean;
}

const audio = [
  ["acousticness", "Mean confidence that it is acoustic"],
  ["danceability", "Mean fitness for dancing"],
  ["energy", "Mean intensity"],
  ["instrumentalness", "Mean confidence that there is no voice (near 1 = none)"],
  ["liveness", "Mean confidence that it was played before an audience"],
  ["loudness", "Mean loudness"],
  ["speechiness", "Mean share of spoken words"],
  ["tempo", "Mean tempo"],
  ["valence", "Mean cheerfulness"],
] as const;
const audioUnits: Readonly<Record<string, string>> = { loudness: "dB", tempo: "beats/min" };

interface Short {
  readonly name: string;
  readonly doc: string;
  readonly unit: string;
  readonly events?: string;
  readonly filter?: Filter;
  readonly aggregate: Aggregate;
}

const of = ({ events = "play", ...rest }: Short): FeatureDeclaration => ({
  entity: "user",
  events: [events],
  windows: "month",
  ...rest,
});
const counted = (name: string, events: string, doc: string): FeatureDeclaration =>
  of({ name, events, doc, unit: `${events}s`, aggregate: { kind: "count" } });
const mean = (name: string, column: string, unit: string, doc: string): FeatureDeclaration =>
  of({
    name,
    doc: `${doc} over the month's plays, repeats counted.`,
    unit,
    aggregate: { kind: "mean", column },
  });

/**
 * The premium set: 31 columns a (user, month) in the published order, two targets among them.
 * @throws VERSION_UNKNOWN
 */
export function premiumFeatures(options: PremiumOptions = {}): MonthSet {
  const version = options.version ?? "v1";
  if (version !== "v1") {
    throw featureErrors.VERSION_UNKNOWN({ set: "premium", given: version, known: ["v1"] });
  }
  return {
    name: "premium",
    shape: "months",
    version,
    doc: "Users with an event before their first purchase, one row a (user, calendar month).",
    ends: "purchase",
    labelDays: 30,
    keys: [
      { name: "user_id", role: "key", unit: "", doc: "The user." },
      { name: "year", role: "key", unit: "year", doc: "Year of the calendar month." },
      {
        name: "month",
        role: "key",
        unit: "month",
        doc: "Calendar month of the log's own time, 1 … 12.",
      },
    ],
    labels: [
      {
        name: "premium_user_numerical",
        doc:
          "1 = a purchase of the user anywhere in the log, 0 = none; " +
          "known only at the log's end and censored there.",
      },
      {
        name: "will_buy_premium_next_month_numerical",
        doc:
          "1 = a purchase within 30 days after the end of the month, 0 = none; " +
          "null unless those days are observed.",
      },
      {
        name: "number_of_premium",
        doc:
          "Purchases in the calendar month: the answer, kept in the table, never a feature; " +
          "rows above 0 are left out of training.",
      },
    ],
    extras: [
      {
        name: "will_buy_premium_30_days_from_first_event_numerical",
        doc:
          "1 = a purchase within 30 days after the row's first event, 0 = none; " +
          "null unless those days are observed.",
      },
    ],
    limits: [
      "Tracks, artists, storage and users carry no time: a popularity or a favourite named later " +
        "is read as if it had always been so.",
      "premium_user_numerical is known only at the log's end: who buys after it counts as 0.",
      "Users whose profile says premium without a purchase in the log were premium before it: " +
        "they are left out and counted.",
      "The log is taken to cover the whole of the last day that it has events of.",
    ],
    population: ["play", "skip", "like", "advertisement"],
    timeless: [
      "user.favourite_genres",
      "artist.genres",
      "track.artist_id",
      "track.name",
      "track.popularity",
      "track.duration_ms",
      "track.explicit",
      "track.release_date",
      ...audio.map(([column]) => `track.${column}`),
      "track_storage.daily_cost",
    ],
    leaveOutFlagged: options.leaveOutFlagged ?? false,
    features: premiumDeclarations(),
  };
}

function premiumDeclarations(): FeatureDeclaration[] {
  const favourite = { favouriteGenre: true } as const;
  return [
    counted("number_of_advertisements", "advertisement", "Advertisements heard in the month."),
    counted("number_of_tracks", "play", "Plays in the month."),
    counted("number_of_skips", "skip", "Skips in the month."),
    counted("number_of_likes", "like", "Likes in the month."),
    of({
      name: "number_of_liked_tracks_listened",
      doc:
        "Plays of a track that the user had liked at or before that moment, " +
        "likes from all history: a like lasts for ever.",
      unit: "plays",
      filter: { liked: true },
      aggregate: { kind: "count" },
    }),
    of({
      name: "number_of_tracks_in_favourite_genre",
      doc: "Plays whose artist has a genre among the user's favourites.",
      unit: "plays",
      filter: favourite,
      aggregate: { kind: "count" },
    }),
    of({
      name: "total_number_of_favourite_genres_listened",
      doc: "Different favourite genres met in the month's plays.",
      unit: "genres",
      filter: favourite,
      aggregate: { kind: "distinct", column: "artist.genres" },
    }),
    of({
      name: "average_popularity_in_favourite_genres",
      doc: "Mean popularity over the plays whose artist has a favourite genre.",
      unit: "0 … 100",
      filter: favourite,
      aggregate: { kind: "mean", column: "track.popularity" },
    }),
    ...trackDeclarations(),
  ];
}

function trackDeclarations(): FeatureDeclaration[] {
  return [
    of({
      name: "total_tracks_duration_ms",
      doc: "Sum of the lengths of the tracks over the month's plays, repeats counted.",
      unit: "ms",
      aggregate: { kind: "sum", column: "track.duration_ms" },
    }),
    of({
      name: "number_of_different_artists",
      doc: "Different artists among the month's plays.",
      unit: "artists",
      aggregate: { kind: "distinct", column: "track.artist_id" },
    }),
    mean(
      "average_release_date",
      "track.release_date",
      "s since 1970",
      "Mean release date (a year alone is its 1 January)",
    ),
    mean("average_duration_ms", "track.duration_ms", "ms", "Mean length"),
    mean("explicit_tracks_ratio", "track.explicit", "share", "Share of tracks with explicit words"),
    mean("average_popularity", "track.popularity", "0 … 100", "Mean popularity"),
    ...audio.map(([column, doc]) =>
      mean(`average_${column}`, `track.${column}`, audioUnits[column] ?? "0 … 1", doc),
    ),
    mean("average_track_name_length", "track.name", "characters", "Mean length of the title"),
    mean(
      "average_daily_cost",
      "track_storage.daily_cost",
      "cost a day",
      "Mean daily cost of the track's storage",
    ),
  ];
}
