import type { Frame, NumberColumn } from "../../frame/index.js";
import type { Learner } from "../contract.js";
import { learnerErrors } from "../errors.js";
import { placesByName, schemaOf } from "../schema.js";

/**
 * The columns of a table in order of their names, so that no draw depends on where they stand.
 * @returns also the place of each in the table
 * @throws FEATURE_KIND
 */
export function columnsByName(
  learner: Pick<Learner, "kind">,
  frame: Frame,
): { readonly columns: NumberColumn["values"][]; readonly places: number[] } {
  const places = placesByName(schemaOf(frame));
  const columns = places.map((place) => {
    const column = frame.columns[place]!;
    if (column.kind === "number") return column.values;
    throw learnerErrors.FEATURE_KIND({ learner: learner.kind, column: column.name });
  });
  return { columns, places };
}
