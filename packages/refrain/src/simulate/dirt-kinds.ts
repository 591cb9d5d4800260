import type { RandomStream } from "@refrain/learn";

/** A way in which rows of logs are faulty, made from a sound row. */
export interface DirtKind {
  readonly name: string;
  /** Whether the faulty row takes the sound one's place; else it stands after it. */
  readonly inPlace?: boolean;
  /** The faulty line, or undefined where this row does not lend itself. */
  readonly spoil: (line: string, random: RandomStream) => string | undefined;
}

/** Kinds of files that rows stand in. */
export type RowFile = "play" | "down" | "search" | "sessions" | "users" | "artists" | "tracks";

type Change = (fields: string[], random: RandomStream) => void;

function delimited(name: string, change: Change): DirtKind {
  return {
    name,
    spoil(line, random) {
      const fields = line.split("|");
      change(fields, random);
      return fields.join("|");
    },
  };
}

const setFirst = (value: string): Change => {
  return (fields) => {
    fields[0] = value;
  };
};

const anyMusicbox: readonly DirtKind[] = [
  delimited("missing_column", (fields) => void fields.shift()),
  delimited("stray_column", (fields) => void fields.splice(2, 0, "x")),
  delimited("empty_id", setFirst("")),
  delimited("minus_one_id", setFirst("-1")),
  delimited("null_id", setFirst("null")),
];

const playTime = 6;
const songLength = 7;

/** Far beyond the length, but never so much that a day gets more than 24 hours by it alone. */
const longPlay: DirtKind = {
  name: "long_play",
  inPlace: true,
  spoil(line, random) {
    const fields = line.split("|");
    const length = Number(fields[songLength]);
    if (Number(fields[playTime]) < 0.95 * length || length > 600) return undefined;
    fields[playTime] = String(length * (5 + random.below(20)));
    return fields.join("|");
  },
};

const searchTime = 2;
const oddTime: Change = (fields, random) => {
  const [date = "", time = ""] = fields[searchTime]!.split(" ");
  const [year, month, day] = date.split("-");
  const odd = [`${year}/${month}/${day} ${time.slice(0, 5)}`, `${day}.${month}.${year} ${time}`];
  fields[searchTime] = odd[random.below(2)]!;
};

const duplicate: DirtKind = { name: "duplicate", spoil: (line) => line };

function json(name: string, from: RegExp, to: string, inPlace = false): DirtKind {
  return {
    name,
    inPlace,
    spoil: (line) => (from.test(line) ? line.replace(from, to) : undefined),
  };
}

/** The kinds of dirt by kind of file. */
export const dirtKinds: Readonly<Record<RowFile, readonly DirtKind[]>> = {
  play: [
    ...anyMusicbox,
    delimited("negative_time", (fields) => {
      fields[playTime] = `-${fields[playTime]}`;
    }),
    delimited("text_time", (fields) => {
      fields[playTime] = "abc";
    }),
    longPlay,
  ],
  down: anyMusicbox,
  search: [...anyMusicbox, delimited("odd_time", oddTime), duplicate],
  sessions: [
    json("null_id", /"user_id": \d+/, '"user_id": null'),
    json("minus_one_id", /"user_id": \d+/, '"user_id": -1'),
    json("null_event", /"event_type": "\w+"/, '"event_type": null'),
    json("unknown_event", /"event_type": "\w+"/, '"event_type": "HEARTBEAT"'),
    json("missing_time", /"timestamp": "[^"]+", /, ""),
    json("odd_time", /(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d):[\d.]+/, "$1/$2/$3 $4"),
    json("stray_column", /}$/, ', "id": -1}', true),
    json("null_track", /"track_id": ""/, '"track_id": null', true),
    duplicate,
  ],
  users: [
    json("stray_column", /}$/, ', "id": -1}', true),
    json("null_premium", /"premium_user": false/, '"premium_user": null', true),
  ],
  artists: [json("minus_one_id", /"id": "\w+"/, '"id": -1')],
  tracks: [
    json("zero_tempo", /"tempo": [\d.]+/, '"tempo": 0.0', true),
    json("loud", /"loudness": -[\d.]+/, '"loudness": 1.523', true),
  ],
};
