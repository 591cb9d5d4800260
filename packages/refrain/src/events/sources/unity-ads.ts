import type { Source, SourceColumn } from "../source.js";

const column = (name: string, to: string): SourceColumn => ({ name, to });

/** Impressions of a games network, `;` separated; the test file has no `install`. */
export const unityAds: Source = {
  name: "unity-ads",
  doc: "Advertisement impressions of a games network, `;` separated, about 1 % install.",
  kinds: [
    {
      name: "impressions",
      doc: "An advertisement that was shown, with counts of what came before it.",
      format: "delimited",
      fileName: /impression|ads|train|test/,
      recognisedBy: ["campaignId", "sourceGameId"],
      delimiters: [";", ",", "\t"],
      quoted: true,
      columns: [
        { name: "id", aliases: ["visitorId", "user_id"], to: "user_id" },
        { name: "timestamp", aliases: ["at", "time"], to: "event_at" },
        column("campaignId", "campaign_id"),
        column("platform", "platform"),
        column("softwareVersion", "software_version"),
        column("sourceGameId", "source_game_id"),
        column("country", "country"),
        column("startCount", "start_count"),
        column("viewCount", "view_count"),
        column("clickCount", "click_count"),
        column("installCount", "install_count"),
        column("lastStart", "last_start"),
        column("startCount1d", "start_count_1d"),
        column("startCount7d", "start_count_7d"),
        column("connectionType", "connection_type"),
        column("deviceType", "device_type"),
        { name: "install", to: "installed", required: false },
      ],
      route: { table: "impression" },
    },
  ],
};
