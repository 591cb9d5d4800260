/** Types of tensor elements: 64-, 32-bit floats, 32-bit and 8-bit integers. */
export type TensorValues = Float64Array | Float32Array | Int32Array | Uint8Array;

/** An array with a shape, row-major; the product of the shape is the length. */
export interface Tensor {
  /** Sizes, outermost first. */
  readonly shape: readonly number[];
  /** The elements; not written to by anybody. */
  readonly values: TensorValues;
}
