import { command } from "../command.js";
import { needed, path, toggle } from "../flags.js";
import { leaderboardText } from "../raters-text.js";

/** `refrain leaderboard`: ranks submissions to a contest. */
export const leaderboardCommand = command({
  name: "leaderboard",
  summary: "rank submissions to a contest by F1",
  arguments: [{ name: "<submission...>", doc: "files of user,anomalous" }],
  flags: {
    contest: needed(path("<folder>", "the contest, with its truth")),
    final: toggle("rank on all users to be judged, not on the public ones"),
  },
  examples: ["refrain leaderboard ours.csv theirs.csv --contest contest --final"],
  async run(_job, submissions, { contest, final }) {
    const { rankSubmissions } = await import("../../tasks/raters/index.js");
    const board = await rankSubmissions({ submissions, contest, final });
    return { document: board, text: await leaderboardText(board) };
  },
});
