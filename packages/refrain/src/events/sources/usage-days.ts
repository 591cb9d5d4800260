import type { Source } from "../source.js";

/** One user's counts over a day, a row each; the date is the file's. */
export const usageDays: Source = {
  name: "usage-days",
  doc: "One row a user and day: ratio of indie to major, plays, most plays of one album and so on.",
  anyName: true,
  kinds: [
    {
      name: "usage",
      doc: "Counts of one user over a day; marks by hand where there are some.",
      format: "delimited",
      fileName: /usage|gaming/,
      recognisedBy: ["UserPartyID", "IndieToMajorRatio"],
      delimiters: [",", ";", "\t", "|"],
      quoted: true,
      columns: [
        {
          name: "UserPartyID",
          aliases: ["userID", "user_id", "user", "user_party_id"],
          to: "user_id",
        },
        {
          name: "IndieToMajorRatio",
          aliases: ["indie_to_major_ratio"],
          to: "indie_to_major_ratio",
        },
        {
          name: "totUsage",
          aliases: ["TotalPlays", "totalUsage", "total_plays", "total_usage", "tot_usage"],
          to: "total_plays",
        },
        { name: "MaxSingleAlbumUse", aliases: ["max_single_album_use"], to: "max_album_plays" },
        { name: "MaxSingleTrackUse", aliases: ["max_single_track_use"], to: "max_track_plays" },
        { name: "MaxSingleArtistUse", aliases: ["max_single_artist_use"], to: "max_artist_plays" },
        {
          name: "gamerFlaggedManual",
          aliases: ["gamer", "flagged", "gamer_flagged_manual"],
          to: "flagged",
          required: false,
        },
        { name: "date", aliases: ["day"], to: "event_at", headerOnly: true },
      ],
      route: { table: "usage_day" },
      dated: true,
      undated: true,
    },
  ],
};
