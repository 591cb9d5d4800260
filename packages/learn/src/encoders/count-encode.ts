import type { ModelState } from "../foundation/index.js";
import { restoreTable, tableEncoder } from "./category-table.js";
import { categoryNames } from "./columns.js";
import type { ColumnChoice, Encoder, EncoderData, EncoderFit, FittedEncoder } from "./contract.js";
import { encodePaced } from "./paced.js";

const KIND = "countEncode";
const SUFFIX = "count";

async function fit(data: EncoderData, options: ColumnChoice): Promise<EncoderFit> {
  const { frame, weight } = data;
  const columns = categoryNames(frame, options.columns);
  const texts: (readonly string[])[] = [];
  const values: Float64Array[] = [];
  for (const name of columns) {
    await data.pause();
    const { codes, dictionary } = frame.categories(name);
    const counts = new Float64Array(dictionary.length + 1);
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row]!;
      counts[code < 0 ? dictionary.length : code]! += weight === undefined ? 1 : weight[row]!;
    }
    const met = dictionary.filter((_, code) => counts[code]! > 0);
    texts.push(met);
    values.push(counts.filter((count, code) => count > 0 || code === dictionary.length));
  }
  const encoder = tableEncoder(KIND, SUFFIX, { columns, texts, values });
  return { encoder, frame: await encodePaced([encoder], frame, data.pause) };
}

/**
 * Replaces each column of categories by how many training rows (their weight) hold the category,
 * `NAME_count`: how usual it is. Missing and unknown texts count as one category.
 * @param options which columns
 */
export function countEncode(options: ColumnChoice = {}): Encoder {
  return Object.freeze({
    kind: KIND,
    accepts: Object.freeze({ categories: true }),
    options: Object.freeze({ ...options }),
    fit: (data: EncoderData) => fit(data, options),
  });
}

/** @throws ENCODER_STATE */
export function restoreCountEncode(state: ModelState): FittedEncoder {
  return restoreTable(KIND, SUFFIX, state);
}
