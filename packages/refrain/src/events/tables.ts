import { type ColumnContract, eventColumns, type TableContract } from "./contract.js";

const trackId: ColumnContract = {
  type: "text",
  doc: "The track, as the service names it.",
  references: "track.track_id",
};
const trackName: ColumnContract = { type: "text", doc: "Title of the track." };
const artistName: ColumnContract = { type: "text", doc: "Name of the performer." };
const device: ColumnContract = { type: "text", doc: "Kind of device or client." };
const sessionId: ColumnContract = { type: "text", doc: "The visit that the event belongs to." };
const paid: ColumnContract = { type: "boolean", doc: "Whether the track is one that costs money." };
const share = (doc: string): ColumnContract => ({ type: "real", doc, range: [0, 1], scale: 9 });

function event(
  name: string,
  doc: string,
  columns: Readonly<Record<string, ColumnContract>>,
): TableContract {
  return { name, nature: "event", doc, columns: { ...eventColumns, ...columns } };
}

const play = event("play", "A track was played.", {
  track_id: trackId,
  track_type: { type: "text", doc: "Kind of recording as the service codes it." },
  track_name: trackName,
  artist_name: artistName,
  play_seconds: {
    type: "real",
    unit: "s",
    doc: "Seconds played.",
    range: [0, 86_400],
    neverNegative: true,
  },
  track_seconds: {
    type: "real",
    unit: "s",
    doc: "Length of the track.",
    range: [0, 7_200],
    neverNegative: true,
  },
  paid,
  device,
  session_id: sessionId,
});
const skip = event("skip", "A track was skipped.", { track_id: trackId, session_id: sessionId });
const like = event("like", "A track was liked.", { track_id: trackId, session_id: sessionId });
const advertisement = event("advertisement", "An advertisement was heard.", {
  track_id: trackId,
  session_id: sessionId,
});
const purchase = event("purchase", "Premium was bought.", {
  track_id: trackId,
  session_id: sessionId,
});
const download = event("download", "A track was downloaded.", {
  track_id: trackId,
  track_name: trackName,
  artist_name: artistName,
  paid,
  device,
});
const search = event("search", "Something was searched for.", {
  query: { type: "text", doc: "What was typed.", personal: true },
  device,
});
const impression = event("impression", "An advertisement of a game was shown.", {
  impression_id: { type: "text", doc: "The row's own id where the log has one." },
  campaign_id: { type: "text", doc: "Campaign." },
  platform: { type: "text", doc: "Operating system." },
  software_version: { type: "text", doc: "Version of the system." },
  source_game_id: { type: "text", doc: "Game in which the advertisement was shown." },
  country: { type: "text", doc: "Country code." },
  start_count: { type: "integer", doc: "Advertisements started so far.", range: [0, 1e9] },
  view_count: { type: "integer", doc: "Advertisements seen to the end so far.", range: [0, 1e9] },
  click_count: { type: "integer", doc: "Clicks so far.", range: [0, 1e9] },
  install_count: { type: "integer", doc: "Installs so far.", range: [0, 1e9] },
  last_start: { type: "timestamp", doc: "When the last advertisement was started." },
  start_count_1d: { type: "integer", doc: "Started in the last day.", range: [0, 1e9] },
  start_count_7d: { type: "integer", doc: "Started in the last seven days.", range: [0, 1e9] },
  connection_type: { type: "text", doc: "Kind of connection." },
  device_type: { type: "text", doc: "Model of the device." },
  installed: { type: "boolean", doc: "Whether the game was installed after it." },
});
const rating = event("rating", "A title was rated.", {
  item_id: { type: "text", required: true, doc: "The rated title." },
  rating: { type: "real", required: true, doc: "The rating on the service's scale." },
});
const playCount = event("play_count", "How often a user played a title, over all time.", {
  track_id: { ...trackId, required: true },
  plays: { type: "real", required: true, doc: "Number of plays.", range: [0, 1e9] },
});
const usageDay = event("usage_day", "One user's counts over a day.", {
  indie_to_major_ratio: { type: "real", doc: "Indie plays / max(major plays, 1).", scale: 6 },
  total_plays: { type: "integer", required: true, doc: "Plays in the day.", range: [0, 1e7] },
  max_album_plays: { type: "integer", doc: "Most plays of one album.", range: [0, 1e7] },
  max_track_plays: { type: "integer", doc: "Most plays of one track.", range: [0, 1e7] },
  max_artist_plays: { type: "integer", doc: "Most plays of one artist.", range: [0, 1e7] },
  flagged: { type: "boolean", doc: "Marked by hand as inflating plays." },
});
const verdict = event("verdict", "A detector judged a day of a user; arrived_at says since when.", {
  detector: {
    type: "text",
    required: true,
    doc: "Name of the detector: one verdict of it stands.",
  },
  version: { type: "text", doc: "Method and model of the detector." },
  revision: { type: "integer", doc: "The highest one known stands.", range: [1, 1e9] },
  flagged: { type: "boolean", required: true, doc: "An alarm; false takes an earlier one back." },
  score: { type: "real", doc: "Score of the detector, higher = more suspicious.", scale: 9 },
  p_value: share("Share of genuine users with such a score."),
  reason: { type: "text", doc: "What the detector says for it, in words." },
});

const user: TableContract = {
  name: "user",
  nature: "entity",
  doc: "A listener's profile.",
  key: "user_id",
  columns: {
    user_id: { type: "text", required: true, doc: "The listener." },
    name: { type: "text", doc: "Name.", personal: true },
    city: { type: "text", doc: "City." },
    street: { type: "text", doc: "Street and number.", personal: true },
    favourite_genres: { type: "texts", doc: "Genres named as favourites." },
    premium: { type: "boolean", doc: "Whether the profile says premium." },
    birth_year: { type: "integer", doc: "Year of birth.", range: [1900, 2030] },
    gender: { type: "text", doc: "Gender as the service codes it." },
    country: { type: "text", doc: "Country." },
    registered_at: { type: "timestamp", doc: "When the account was made." },
  },
};
const track: TableContract = {
  name: "track",
  nature: "entity",
  doc: "A track of the catalogue.",
  key: "track_id",
  columns: {
    track_id: { type: "text", required: true, doc: "The track." },
    name: trackName,
    artist_id: { type: "text", doc: "The performer.", references: "artist.artist_id" },
    artist_name: artistName,
    album: { type: "text", doc: "Album." },
    label_kind: { type: "text", doc: "Kind of label: indie, major." },
    popularity: { type: "real", doc: "Popularity.", range: [0, 100] },
    duration_ms: { type: "integer", unit: "ms", doc: "Length.", range: [1, 7_200_000] },
    explicit: { type: "boolean", doc: "Explicit words." },
    release_date: { type: "date", doc: "Day of release; a year alone is its 1 January." },
    danceability: share("How fit for dancing."),
    energy: share("Intensity."),
    key: { type: "integer", doc: "Pitch class.", range: [0, 11] },
    loudness: { type: "real", unit: "dB", doc: "Loudness.", range: [-60, 0] },
    speechiness: share("Share of spoken words."),
    acousticness: share("Confidence that it is acoustic."),
    instrumentalness: share("Confidence that there is no voice; near 1 = none."),
    liveness: share("Confidence that it was played before an audience."),
    valence: share("Cheerfulness."),
    tempo: { type: "real", unit: "beats/min", doc: "Tempo.", range: [20, 300] },
  },
};
const artist: TableContract = {
  name: "artist",
  nature: "entity",
  doc: "A performer.",
  key: "artist_id",
  columns: {
    artist_id: { type: "text", required: true, doc: "The performer." },
    name: artistName,
    genres: { type: "texts", doc: "Genres of the performer." },
  },
};
const trackStorage: TableContract = {
  name: "track_storage",
  nature: "entity",
  doc: "How a track is stored and what that costs.",
  key: "track_id",
  columns: {
    track_id: { type: "text", required: true, doc: "The track.", references: "track.track_id" },
    storage_class: { type: "text", doc: "Class of storage." },
    daily_cost: { type: "real", doc: "Cost a day.", range: [0, 1e6], scale: 9 },
  },
};

/** The catalogue of canonical tables by name. */
export const tables: Readonly<Record<string, TableContract>> = Object.freeze(
  Object.fromEntries(
    [
      play,
      skip,
      like,
      advertisement,
      purchase,
      download,
      search,
      impression,
      rating,
      playCount,
      usageDay,
      verdict,
      user,
      track,
      artist,
      trackStorage,
    ].map((table) => [table.name, table]),
  ),
);
