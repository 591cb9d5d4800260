/**
 * The colours of every page and figure. A figure names a variable and never a colour, so that one
 * SVG serves light and dark. Series also differ by dashes, for readers who see few colours.
 */

/** One scheme: variable without its dashes → colour in six hex digits. */
export type Palette = Readonly<Record<string, string>>;

/** Dark on light. */
export const lightPalette: Palette = {
  paper: "#ffffff",
  panel: "#f4f6f8",
  ink: "#1a2027",
  faint: "#55606b",
  edge: "#d5dae0",
  link: "#005a8f",
  series1: "#0072b2",
  series2: "#c2500a",
  series3: "#00795a",
  series4: "#a3447e",
  series5: "#7d5c00",
  series6: "#5a6470",
  raise: "#f29f5c",
  lower: "#6cb0e0",
  good: "#00795a",
  warn: "#8a5a00",
  bad: "#b3261e",
};

/** Light on dark. */
export const darkPalette: Palette = {
  paper: "#14181c",
  panel: "#1e242a",
  ink: "#e8ecf0",
  faint: "#a9b4bf",
  edge: "#3a434d",
  link: "#7cc4f5",
  series1: "#56b4e9",
  series2: "#f0883e",
  series3: "#2fc39a",
  series4: "#e39ac4",
  series5: "#e6c229",
  series6: "#a7b0ba",
  raise: "#a8500f",
  lower: "#2a6ea5",
  good: "#2fc39a",
  warn: "#e6b84a",
  bad: "#ff8a80",
};

/** Number of series that can be told apart in one figure. */
export const seriesCount = 6;

const dashes = ["", "7 3", "2 3", "9 3 2 3", "14 4", "1 4"] as const;

/** CSS colour of a series, counted from 0; the seventh looks like the first. */
export function seriesColour(index: number): string {
  return `var(--series${(index % seriesCount) + 1})`;
}

/** Dash pattern of a series, counted from 0; empty = a whole line. */
export function seriesDash(index: number): string {
  return dashes[index % dashes.length] ?? "";
}

/** CSS declarations of a palette's variables. */
export function paletteVariables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");
}
