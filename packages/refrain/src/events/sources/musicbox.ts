import type { Source, SourceColumn } from "../source.js";

const uid: SourceColumn = { name: "uid", aliases: ["user_id"], to: "user_id", nullLikes: ["-1"] };
const device: SourceColumn = { name: "device", to: "device" };
const songId: SourceColumn = {
  name: "song_id",
  aliases: ["songid"],
  to: "track_id",
  nullLikes: ["-1"],
};
const songName: SourceColumn = { name: "song_name", to: "track_name" };
const singer: SourceColumn = { name: "singer", aliases: ["artist"], to: "artist_name" };
const paid: SourceColumn = { name: "paid_flag", to: "paid" };
const at: SourceColumn = { name: "at", to: "event_at", headerOnly: true };
const date: SourceColumn = { name: "date", to: "event_at", headerOnly: true };

/** A listening service: plays, downloads and searches by day, without header. */
export const musicbox: Source = {
  name: "musicbox",
  doc: "Listening logs: plays, downloads, searches, `|` or tab separated, a file a day.",
  kinds: [
    {
      name: "play",
      doc: "What was played, for how many seconds.",
      format: "delimited",
      fileName: /play/,
      recognisedBy: ["uid", "song_id", "play_time"],
      delimiters: ["|", "\t", ","],
      columns: [
        uid,
        device,
        songId,
        { name: "song_type", to: "track_type" },
        songName,
        singer,
        { name: "play_time", to: "play_seconds", required: true },
        { name: "song_length", to: "track_seconds" },
        paid,
        at,
        date,
      ],
      route: { table: "play" },
      dated: true,
    },
    {
      name: "down",
      doc: "What was downloaded.",
      format: "delimited",
      fileName: /down/,
      recognisedBy: ["uid", "song_id", "paid_flag"],
      delimiters: ["|", "\t", ","],
      columns: [uid, device, songId, songName, singer, paid, at, date],
      route: { table: "download" },
      dated: true,
    },
    {
      name: "search",
      doc: "What was searched for, and when.",
      format: "delimited",
      fileName: /search/,
      recognisedBy: ["uid", "search_query"],
      delimiters: ["|", "\t", ","],
      columns: [
        uid,
        device,
        { name: "time_stamp", aliases: ["timestamp", "at", "date"], to: "event_at" },
        { name: "search_query", aliases: ["query"], to: "query" },
      ],
      route: { table: "search" },
      dated: true,
    },
    {
      name: "users",
      doc: "Profiles of the listeners, with a header.",
      format: "delimited",
      fileName: /user|profile/,
      recognisedBy: ["uid", "gender", "birth_year"],
      delimiters: ["|", "\t", ",", ";"],
      quoted: true,
      columns: [
        uid,
        { name: "gender", aliases: ["sex"], to: "gender" },
        { name: "birth_year", aliases: ["born"], to: "birth_year" },
        { name: "city", to: "city" },
        { name: "country", to: "country" },
        { name: "registered_at", aliases: ["register_time", "registered"], to: "registered_at" },
      ],
      route: { table: "user" },
    },
    {
      name: "catalogue",
      doc: "The songs: album, artist, kind of label, length.",
      format: "delimited",
      fileName: /catalog|songs/,
      recognisedBy: ["song_id", "album"],
      delimiters: ["|", "\t", ",", ";"],
      quoted: true,
      columns: [
        { name: "song_id", aliases: ["songid", "track_id"], to: "track_id" },
        { name: "album", to: "album" },
        { name: "artist", aliases: ["singer"], to: "artist_name" },
        { name: "label_kind", aliases: ["label kind", "label"], to: "label_kind" },
        { name: "length", aliases: ["song_length"], to: "duration_ms", times: 1000 },
        { name: "song_name", aliases: ["name", "title"], to: "name", headerOnly: true },
      ],
      route: { table: "track" },
    },
  ],
};
