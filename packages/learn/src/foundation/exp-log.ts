/**
 * exp, log and what follows from them, made of +, -, *, / and table look-ups only, so that every
 * engine gives the same bits (Math.exp and Math.log may differ between engines). Constants and
 * reductions are those of fdlibm (Sun Microsystems, 1993). Errors stay below one unit in the last
 * place for exp and log.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;

const smallestExponent = -1074;

/** powers[k + 1074] = 2^k, exact. */
const powers = makePowers();

function makePowers(): Float64Array {
  const table = new Float64Array(2098);
  let value = 1;
  for (let k = 0; k <= 1023; k++, value *= 2) table[k - smallestExponent] = value;
  value = 0.5;
  for (let k = -1; k >= smallestExponent; k--, value /= 2) table[k - smallestExponent] = value;
  return table;
}

/**
 * e to the power of x.
 * @param x any number; above 709.78 the answer is Infinity, below -745.14 it is 0
 * @source fdlibm e_exp.c
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-2.7777777777015593e-3 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k >= -1021) return k === 1024 ? y * 2 * powers[1023 + 1074]! : y * powers[k + 1074]!;
  return y * powers[k + 1000 + 1074]! * powers[74]!;
}

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);
/** 1 where the upper half of a double is the second word, as on every machine in use. */
const upper = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

/**
 * Natural logarithm.
 * @param x any number; 0 gives -Infinity, below 0 NaN
 * @source fdlibm e_log.c
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let value = x;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984;
    k = -54;
  }
  bits[0] = value;
  let high = words[upper]!;
  k += (high >> 20) - 1023;
  high &= 0xfffff;
  const shift = (high + 0x95f64) & 0x100000;
  words[upper] = high | (shift ^ 0x3ff00000);
  k += shift >> 20;
  const f = bits[0]! - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * (LG2 + w * (LG4 + w * LG6));
  const t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + t1 + t2) + k * LN2_LOW) - f);
}

/**
 * log(1 + x), exact also where x is tiny.
 * @param x > -1
 * @source Kahan's correction, as in Higham 2002, 1.14.1
 */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  if (sum === Number.POSITIVE_INFINITY) return sum;
  return log(sum) - (sum - 1 - x) / sum;
}

/**
 * The logistic function 1 / (1 + e^-x), without overflow on either side.
 * @returns 0…1
 */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

/**
 * log(1 + e^x) without overflow: the logistic loss of a negative with margin x.
 * @returns ≥ 0
 */
export function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/**
 * Log-odds, the inverse of sigmoid.
 * @param p 0…1
 */
export function logit(p: number): number {
  return log(p) - log(1 - p);
}
