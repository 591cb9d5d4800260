import { describe, expect, it } from "vitest";
import { darkPalette, lightPalette, type Palette } from "./palette.js";

/** @source WCAG 2.2, relative luminance and contrast ratio */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ["light", lightPalette],
  ["dark", darkPalette],
] as [string, Palette][])("the %s palette", (_, palette) => {
  const colour = (name: string) => palette[name]!;

  it.each(["ink", "faint", "link", "good", "warn", "bad"])("has %s readable as text", (name) => {
    expect(contrast(colour(name), colour("paper"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour(name), colour("panel"))).toBeGreaterThanOrEqual(4.5);
  });

  it("has series that stand out from the paper", () => {
    for (let series = 1; series <= 6; series += 1) {
      expect(contrast(colour(`series${series}`), colour("paper"))).toBeGreaterThanOrEqual(3);
    }
  });

  it("has ramps whose strongest cell still lets its number be read", () => {
    for (const end of ["raise", "lower"]) {
      expect(contrast(colour("ink"), colour(end))).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it("names the same colours in both schemes", () => {
  expect(Object.keys(darkPalette)).toEqual(Object.keys(lightPalette));
});
