/** What the doors of this package take for a run of numbers. */
export type Numbers = Float64Array | Float32Array | Int32Array | Uint8Array | readonly number[];

/**
 * The numbers as doubles.
 * @param values any run of numbers
 * @returns `values` itself where it is a Float64Array already (not copied), else a new array
 */
export function toDoubles(values: Numbers): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}
