import type { JobOptions } from "../../../foundation/index.js";
import {
  type BesideRatings,
  type ItemsFile,
  placeSeries,
  type Ratings,
  readItems,
  readViews,
  type SeriesCounts,
  spellingsByFile,
  type ViewsFile,
} from "../../../simulate/index.js";

/** Files that may stand beside ratings. */
export interface BesideFiles {
  /** Titles with their series: `item,series[,title]`. */
  readonly items?: string;
  /** Who watched what: `user,item,at[,seconds][,share][,device][,address][,session]`. */
  readonly views?: string;
  /** Spellings of columns; `items.item` and `views.user` say of which file. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What was read of a file of items. */
export type ItemsRead = Omit<ItemsFile, "file" | "items"> &
  SeriesCounts & { readonly items: number; readonly series: number };

/** What was read of a viewing log. */
export type ViewsRead = Omit<ViewsFile, "views">;

/** What stands beside ratings, and how it was read. */
export interface ReadBeside extends BesideRatings {
  readonly itemsRead?: ItemsRead;
  readonly viewsRead?: ViewsRead;
}

/**
 * Reads what stands beside ratings.
 * @throws ITEMS_UNUSABLE, ITEMS_STRANGERS, ITEMS_NO_SERIES, VIEWS_UNUSABLE, VIEWS_STRANGERS, and
 *   what `withSourceFile` throws
 */
export async function readBeside(
  { items, views, columns }: BesideFiles,
  ratings: Ratings,
  job: JobOptions = {},
): Promise<ReadBeside> {
  const spelt = spellingsByFile(columns);
  const found = {
    ...(items !== undefined && {
      ...(await readSeries(items, ratings, { ...job, columns: spelt.items })),
    }),
    ...(views !== undefined && (await readLog(views, ratings, { ...job, columns: spelt.views }))),
  };
  return found;
}

type Reading = JobOptions & { readonly columns: Readonly<Record<string, string>> };

async function readSeries(path: string, { itemIds }: Ratings, options: Reading) {
  options.onProgress?.({ doing: `reading ${path}` });
  const read = await readItems(path, options);
  const { series, counts } = placeSeries(read, itemIds);
  const { file: _, items, ...rest } = read;
  const itemsRead: ItemsRead = {
    ...{ ...rest, ...counts, items: items.size, series: series.names.length },
  };
  return { series, itemsRead };
}

async function readLog(path: string, ratings: Ratings, options: Reading) {
  options.onProgress?.({ doing: `reading ${path}` });
  const { views, ...viewsRead } = await readViews(path, ratings, options);
  return { views, viewsRead };
}
