import { errorCatalogue } from "@refrain/learn";

const reasonsText = (reasons: Readonly<Record<string, number>>): string =>
  Object.entries(reasons)
    .map(([reason, rows]) => `${rows} ${reason}`)
    .join(", ");

/** What helps where most rows of a file of ratings were left out for a reason. */
const emptyRemedies: Readonly<Record<string, string>> = {
  BAD_TIME: "Give times as ISO texts or seconds since 1970, or leave their column out.",
  BAD_NUMBER: "Check the columns (user, item, rating), and give ratings with a decimal point.",
  BAD_ENCODING: "Give the file as UTF-8.",
  OUTSIDE_SCALE: "Tell the scale of the ratings with --scale LOW:HIGH.",
};

/** Codes of the simulate layer. */
export const simulateErrors = errorCatalogue({
  OUT_NOT_EMPTY: {
    status: 409,
    exit: 2,
    problem: (d: { out: string; found: string }) =>
      `${d.out} is not empty and is no simulation of ours (it holds ${d.found}).`,
    remedy: () => "Give another folder with --out, or empty this one yourself.",
  },
  OUT_BUSY: {
    status: 409,
    exit: 3,
    problem: (d: { out: string; pid: number }) =>
      `Another run (process ${d.pid}) is writing a simulation to ${d.out}.`,
    remedy: (d: { out: string }) =>
      `Wait for it, or give another folder with --out; if no such run is there, remove ` +
      `${d.out}.lock.`,
  },
  SIMULATION_DEGENERATE: {
    status: 422,
    exit: 4,
    problem: (d: { label: string; rocAuc: string; interval: string; low: number; high: number }) =>
      `This seed is degenerate: the truth's ROC-AUC for ${d.label} is ${d.rocAuc} ` +
      `(${d.interval}), outside ${d.low} to ${d.high}.`,
    remedy: () => "Take another --seed; nothing was written.",
  },
  TRUTH_NOT_FOUND: {
    status: 404,
    exit: 3,
    problem: (d: { directory: string }) => `There is no truth of a simulation in ${d.directory}.`,
    remedy: () => "Give the folder that refrain simulate wrote, or its truth folder.",
  },
  TRUTH_VERSION: {
    status: 409,
    exit: 3,
    problem: (d: { directory: string; found: string; known: number }) =>
      `The truth in ${d.directory} has format ${d.found}, and this program knows ${d.known}.`,
    remedy: () => "Simulate it again with this version; the seed gives the service again.",
  },
  TRUTH_DAMAGED: {
    status: 422,
    exit: 3,
    problem: (d: { path: string; bytes: number; expected: number }) =>
      `${d.path} has ${d.bytes} bytes and should have ${d.expected}.`,
    remedy: () => "Simulate it again; the seed gives the same bytes.",
  },
  RATINGS_EMPTY: {
    status: 422,
    exit: 3,
    problem: (d: {
      file: string;
      rejected: Readonly<Record<string, number>>;
      first?: { readonly line: number; readonly text: string };
    }) => {
      const why = Object.entries(d.rejected).map(([reason, rows]) => `${reason} ${rows}`);
      const first = d.first ? `, first line ${d.first.line}: "${d.first.text.slice(0, 60)}"` : "";
      return `${d.file} holds no rating (rejected: ${why.join(", ") || "nothing"}${first}).`;
    },
    remedy: ({ rejected }: { rejected: Readonly<Record<string, number>> }) => {
      const [most] = Object.entries(rejected).sort((a, b) => b[1] - a[1]);
      return emptyRemedies[most?.[0] ?? ""] ?? "Check the columns (user, item, rating).";
    },
  },
  BASE_TOO_SMALL: {
    status: 422,
    exit: 3,
    problem: (d: { users: number; needed: number }) =>
      `The base has ${d.users} users, and ${d.needed} are needed to hide so many raters in.`,
    remedy: () => "Give a larger base, or inject fewer of each kind.",
  },
  ITEMS_UNUSABLE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; rows: number; reasons: Readonly<Record<string, number>> }) =>
      `None of the ${d.rows} rows of ${d.file} names an item (${reasonsText(d.reasons)}).`,
    remedy: () => "Give item,series[,title] a row, under a header.",
  },
  ITEMS_STRANGERS: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; items: number }) =>
      `None of the ${d.items} items of ${d.file} was rated by anybody.`,
    remedy: () => "Give items under the names that the ratings use; map columns with --column.",
  },
  ITEMS_NO_SERIES: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; series: number }) =>
      `None of the ${d.series} series in ${d.file} has two titles that were rated.`,
    remedy: () => "Give the series of more titles, or leave --items out.",
  },
  VIEWS_UNUSABLE: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; rows: number; reasons: Readonly<Record<string, number>> }) =>
      `None of the ${d.rows} rows of ${d.file} can be used as a view (${reasonsText(d.reasons)}).`,
    remedy: () => "Give user,item,at a row, under a header; at as ISO text or seconds since 1970.",
  },
  VIEWS_STRANGERS: {
    status: 422,
    exit: 3,
    problem: (d: { file: string; strangers: number; users: number }) =>
      `None of the ${d.strangers} people in ${d.file} is among the ${d.users} who rated.`,
    remedy: () => "Give views under the names that the ratings use; map columns with --column.",
  },
});
