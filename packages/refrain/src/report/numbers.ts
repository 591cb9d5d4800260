const minus = "\u2212";

/** Stands where there is no number. */
export const noNumber = "\u2013";

/**
 * A number for people: whole with thousands separated from 100 on, else three significant digits.
 * @param value null, undefined and NaN give a dash
 */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return noNumber;
  if (!Number.isFinite(value)) return value < 0 ? `${minus}∞` : "∞";
  const size = Math.abs(value);
  const sign = value < 0 ? minus : "";
  if (size >= 1e15) return sign + size.toExponential(2);
  if (Number.isInteger(value) || size >= 100) return sign + separateThousands(Math.round(size));
  if (size < 1e-4) return sign + size.toExponential(1);
  return sign + Number(size.toPrecision(3)).toString();
}

/** A metric such as an AUC or a log-loss: three decimals below 1, four below .1, fewer above. */
export function formatMetric(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return formatNumber(value);
  const size = Math.abs(value);
  const sign = value < 0 ? minus : "";
  if (size >= 100) return formatNumber(value);
  // What would round to 1.000 is written as 1 is, so that an interval reads 1.00 to 1.00.
  if (size >= 0.9995) return sign + size.toFixed(size >= 9.995 ? 1 : 2);
  return sign + size.toFixed(size > 0 && size < 0.1 ? 4 : 3);
}

/**
 * A share as per cent: `12.3 %`.
 * @param share 0…1
 */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return formatNumber(share);
  const sign = share < 0 ? minus : "";
  const percent = Math.abs(share * 100);
  if (percent > 0 && percent < 0.05) return `${sign}${Number(percent.toPrecision(1))} %`;
  return `${sign}${Number(percent.toFixed(1))} %`;
}

/** An interval: `0.871 to 0.893`. */
export function formatInterval(low: number | null, high: number | null): string {
  return `${formatMetric(low)} to ${formatMetric(high)}`;
}

function separateThousands(whole: number): string {
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
