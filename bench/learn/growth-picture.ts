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
const HEIGHT = 250;
const LEFT = 52;
const RIGHT = 14;
const TOP = 30;
const BOTTOM = 40;
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** Exponent by which y grows with x: the slope of the least-squares line of the logarithms. */
export function slopeOf(points: GrowthLine["points"]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (place: 0 | 1) => logs.reduce((sum, log) => sum + log[place], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const up = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return up / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
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
  const up = scaleOf(ys, HEIGHT - BOTTOM, TOP);
  const parts = [
    `<rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${
      HEIGHT - TOP - BOTTOM
    }" fill="none" stroke="#bbb"/>`,
    `<g font-weight="bold">${label(WIDTH / 2, 18, title)}</g>`,
    label(WIDTH / 2, HEIGHT - 6, x),
    label(LEFT - 6, TOP - 6, y),
    ...[...new Set(xs)].map((value) => label(across(value), HEIGHT - BOTTOM + 14, short(value))),
    ...[Math.min(...ys), Math.max(...ys)].map((value) =>
      label(LEFT - 4, up(value) + 4, short(value), "end"),
    ),
  ];
  for (const [place, { name, points: own }] of lines.entries()) {
    const colour = COLOURS[place % COLOURS.length]!;
    const dots = own.map(([a, b]) => [across(a).toFixed(1), up(b).toFixed(1)] as const);
    const path = dots.map(([a, b]) => `${a},${b}`).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    parts.push(...dots.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3" fill="${colour}"/>`));
    const text = `${name}: slope ${slopeOf(own).toFixed(2)}`;
    parts.push(`<g fill="${colour}">${label(LEFT + 8, TOP + 16 + 14 * place, text, "start")}</g>`);
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
