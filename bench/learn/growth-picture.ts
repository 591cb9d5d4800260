/** Lines over two logarithmic axes as SVG text: equal numbers give equal text. */

/** A measured line. */
export interface GrowthLine {
  readonly name: string;
  /** What grows, and what was measured. */
  readonly points: readonly (readonly [number, number])[];
}

/** One panel of the picture. */
export interface GrowthPanel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly GrowthLine[];
}

const WIDTH = 330;
const HEIGHT = 300;
const LEFT = 52;
const RIGHT = 14;
const TOP = 30;
/** Below the frame: numbers, what grows, and a line of legend a line of the panel. */
const BOTTOM = 86;
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** Exponent by which y grows with x: the slope of the least-squares line of the logarithms. */
export function slopeOf(points: GrowthLine["points"]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (place: 0 | 1) => logs.reduce((sum, log) => sum + log[place], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const up = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return up / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

/** Powers of ten from below the least value to above the greatest. */
function decadesOf(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, place) => 10 ** (low + place));
}

function scaleOf(values: readonly number[], from: number, to: number) {
  const low = Math.log(Math.min(...values));
  const high = Math.log(Math.max(...values));
  return (value: number) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from);
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(2))}k`;
  return String(Number(value.toPrecision(2)));
}

const label = (x: number, y: number, text: string, anchor = "middle"): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;

function panel({ title, x, y, lines }: GrowthPanel): string {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(([value]) => value);
  const ys = points.map(([, value]) => value);
  const across = scaleOf(xs, LEFT, WIDTH - RIGHT);
  const decades = decadesOf(ys);
  const up = scaleOf(decades, HEIGHT - BOTTOM, TOP);
  const parts = [
    `<rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${
      HEIGHT - TOP - BOTTOM
    }" fill="none" stroke="#bbb"/>`,
    `<g font-weight="bold">${label(WIDTH / 2, 18, title)}</g>`,
    label(WIDTH / 2, HEIGHT - BOTTOM + 30, x),
    label(LEFT - 6, TOP - 10, y),
    ...[...new Set(xs)].map((value) => label(across(value), HEIGHT - BOTTOM + 14, short(value))),
    ...decades.flatMap((value) => [
      `<path d="M${LEFT},${up(value).toFixed(1)}H${WIDTH - RIGHT}" stroke="#ddd"/>`,
      label(LEFT - 4, up(value) + 4, short(value), "end"),
    ]),
  ];
  for (const [place, { name, points: own }] of lines.entries()) {
    const colour = COLOURS[place % COLOURS.length]!;
    const dots = own.map(([a, b]) => [across(a).toFixed(1), up(b).toFixed(1)] as const);
    const path = dots.map(([a, b]) => `${a},${b}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    parts.push(...dots.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3" fill="${colour}"/>`));
    const text = `${name}: slope ${slopeOf(own).toFixed(2)}`;
    const under = HEIGHT - BOTTOM + 46 + 14 * place;
    parts.push(`<g fill="${colour}">${label(LEFT, under, text, "start")}</g>`);
  }
  return parts.join("\n");
}

/** The panels side by side, two a row, as one SVG. */
export function growthPicture(panels: readonly GrowthPanel[]): string {
  const height = HEIGHT * Math.ceil(panels.length / 2);
  const placed = panels.map((one, k) => {
    const at = `translate(${(k % 2) * WIDTH},${Math.floor(k / 2) * HEIGHT})`;
    return `<g transform="${at}">\n${panel(one)}\n</g>`;
  });
  const size = `viewBox="0 0 ${2 * WIDTH} ${height}" width="${2 * WIDTH}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11">
<title>Time and memory of boosting over rows, columns, leaves and threads, logarithmic axes</title>
<rect width="100%" height="100%" fill="white"/>
${placed.join("\n")}
</svg>
`;
}
