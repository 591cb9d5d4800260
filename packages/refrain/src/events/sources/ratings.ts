import type { Source } from "../source.js";

/** Ratings of titles: user, item, rating and, where there is one, a time. */
export const ratings: Source = {
  name: "ratings",
  doc: "Ratings of titles: user, item, rating[, time], separated by blanks, tabs, commas or `::`.",
  kinds: [
    {
      name: "rating",
      doc: "A user's rating of a title.",
      format: "delimited",
      fileName: /rating|profile|^u\d?\.(data|base|test)/,
      recognisedBy: ["user", "item", "rating"],
      delimiters: ["\t", ",", ";", "::", "|", " "],
      quoted: true,
      columns: [
        { name: "user", aliases: ["user_id", "userID", "user-id", "reviewer"], to: "user_id" },
        {
          name: "item",
          aliases: ["item_id", "item-id", "movie_id", "movieId", "product", "title"],
          to: "item_id",
        },
        { name: "rating", aliases: ["rating-value", "score", "stars"], to: "rating" },
        { name: "at", aliases: ["timestamp", "time", "date"], to: "event_at", required: false },
      ],
      route: { table: "rating" },
      undated: true,
    },
  ],
};
