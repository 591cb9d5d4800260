import type { Source, SourceColumn } from "../source.js";

/** The service writes -1 where an id was lost. */
const lost = ["-1"];
const trackId: SourceColumn = { name: "track_id", to: "track_id", nullLikes: lost };
const same = (name: string): SourceColumn => ({ name, to: name });

/** A streaming service: JSON lines of artists, tracks, users, sessions and track storage. */
export const pozytywka: Source = {
  name: "pozytywka",
  doc: "A streaming service's JSON lines: artists, tracks, users, sessions, track storage.",
  kinds: [
    {
      name: "track_storage",
      doc: "How each track is stored, and its cost a day.",
      format: "json",
      fileName: /track.?storage/,
      recognisedBy: ["track_id", "storage_class"],
      columns: [trackId, same("storage_class"), same("daily_cost")],
      route: { table: "track_storage" },
    },
    {
      name: "artists",
      doc: "Performers and their genres.",
      format: "json",
      fileName: /artist/,
      recognisedBy: ["id", "genres"],
      columns: [{ name: "id", to: "artist_id", nullLikes: lost }, same("name"), same("genres")],
      route: { table: "artist" },
    },
    {
      name: "tracks",
      doc: "Tracks and their audio columns.",
      format: "json",
      fileName: /track/,
      recognisedBy: ["id", "id_artist"],
      columns: [
        { name: "id", to: "track_id", nullLikes: lost },
        same("name"),
        same("popularity"),
        same("duration_ms"),
        same("explicit"),
        { name: "id_artist", aliases: ["artist_id"], to: "artist_id", nullLikes: lost },
        same("release_date"),
        ...["danceability", "energy", "key", "loudness", "speechiness", "acousticness"].map(same),
        ...["instrumentalness", "liveness", "valence", "tempo"].map(same),
      ],
      route: { table: "track" },
    },
    {
      name: "users",
      doc: "Listeners and their favourite genres.",
      format: "json",
      fileName: /user/,
      recognisedBy: ["user_id", "premium_user"],
      columns: [
        { name: "user_id", to: "user_id", nullLikes: lost },
        ...["name", "city", "street", "favourite_genres"].map(same),
        { name: "premium_user", to: "premium" },
      ],
      route: { table: "user" },
    },
    {
      name: "sessions",
      doc: "What listeners did: play, skip, like, hear an advertisement, buy premium.",
      format: "json",
      fileName: /session/,
      recognisedBy: ["user_id", "event_type", "session_id"],
      columns: [
        { name: "timestamp", to: "event_at" },
        { name: "user_id", to: "user_id", nullLikes: lost },
        trackId,
        { name: "event_type", required: true },
        { name: "session_id", to: "session_id", nullLikes: lost },
      ],
      route: {
        by: "event_type",
        tables: {
          play: "play",
          skip: "skip",
          like: "like",
          advertisement: "advertisement",
          advertisment: "advertisement",
          buy_premium: "purchase",
        },
      },
    },
  ],
};
