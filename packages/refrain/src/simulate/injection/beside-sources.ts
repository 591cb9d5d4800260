import type { Source, SourceColumn } from "../../events/index.js";

/** Where ratings' titles belong: read beside ratings, never ingested. */
export const itemsSource: Source = {
  name: "items",
  doc: "Titles with the series that they belong to: item, series[, title].",
  anyName: true,
  kinds: [
    {
      name: "item",
      doc: "A title.",
      format: "delimited",
      fileName: /./,
      delimiters: [",", "\t", ";", "|"],
      quoted: true,
      columns: [
        must("item", "item_id itemId item-id movie_id movieId product product_id asin track_id id"),
        must("series", "series_id seriesId franchise show show_id collection saga album album_id"),
        may("title", "name item_name item_title movie_title track_name"),
      ],
      route: { table: "track" },
    },
  ],
};

/** Who watched what, when, how much of it and where: read beside ratings, never ingested. */
export const viewsSource: Source = {
  name: "views",
  doc: "A viewing log: user, item, at[, seconds][, share][, device][, address][, session].",
  anyName: true,
  kinds: [
    {
      name: "view",
      doc: "A user began to watch a title.",
      format: "delimited",
      fileName: /./,
      delimiters: [",", "\t", ";", "|"],
      quoted: true,
      columns: [
        { ...must("user", "user_id userId account account_id profile_id viewer"), to: "user_id" },
        {
          ...must("item", "item_id itemId movie_id movieId title_id track_id product title"),
          to: "track_id",
        },
        {
          ...must("at", "time timestamp start started_at start_time event_at date"),
          to: "event_at",
        },
        {
          ...may(
            "seconds",
            "seconds_watched watched_seconds watch_seconds play_seconds watch_time",
          ),
          to: "play_seconds",
        },
        may("share", "watched_share share_watched completion progress"),
        { ...may("device", "device_id deviceId client"), to: "device" },
        may("address", "ip ip_address ip_hash network"),
        { ...may("session", "session_id sessionId visit_id"), to: "session_id" },
      ],
      route: { table: "play" },
    },
  ],
};

/** A column found by its name in the header, or by one of the others. */
function may(name: string, others: string): SourceColumn {
  return { name, aliases: others.split(" "), headerOnly: true, required: false };
}

function must(name: string, others: string): SourceColumn {
  return { ...may(name, others), required: true };
}

const ofItems: readonly string[] = ["series", "title"];
const ofViews: readonly string[] = ["seconds", "share", "device", "address", "session"];

/** Spellings by file. */
export interface SpellingsByFile {
  readonly ratings: Readonly<Record<string, string>>;
  readonly items: Readonly<Record<string, string>>;
  readonly views: Readonly<Record<string, string>>;
}

/**
 * Which file a spelling is of: `items.item=movie` and `views.user=account` say so; what only one
 * kind of file has needs no word before it; all else is of the ratings.
 */
export function spellingsByFile(columns: Readonly<Record<string, string>> = {}): SpellingsByFile {
  const files = { ratings: {}, items: {}, views: {} } as Record<
    keyof SpellingsByFile,
    Record<string, string>
  >;
  for (const [want, have] of Object.entries(columns)) {
    const told = /^(items|views)\.(.+)$/.exec(want);
    if (told) files[told[1] as "items" | "views"][told[2]!] = have;
    else if (ofItems.includes(want)) files.items[want] = have;
    else if (ofViews.includes(want)) files.views[want] = have;
    else files.ratings[want] = have;
  }
  return files;
}
