import type * as PlotModule from "@observablehq/plot";
import { escapeText, printable } from "../markup.js";
import { darkPalette, lightPalette, paletteVariables } from "../palette.js";

/** A drawn figure: SVG text that names colours by the page's variables. */
export interface Picture {
  /** The `<svg>` element, without a style of its own. */
  readonly svg: string;
  /** Pixels at which its text has its intended size. */
  readonly width: number;
  /** Pixels, as `width`. */
  readonly height: number;
  /** What it shows, in words, for those who do not see it. */
  readonly alt: string;
  /** Series by their place in the palette; drawn by the page as text. */
  readonly legend: readonly {
    /** Words of the entry. */
    readonly name: string;
    /** Counted from 0. */
    readonly series: number;
    /** How its sample is drawn. */
    readonly shape: "line" | "area";
  }[];
}

/** Observable Plot with what it draws into. */
export interface Drawing {
  readonly Plot: typeof PlotModule;
  /**
   * Draws one figure.
   * @throws Error from Plot when its options do not fit together
   */
  draw(
    options: PlotModule.PlotOptions,
    words: { alt: string; legend?: Picture["legend"] },
  ): Picture;
}

let loaded: Promise<Drawing> | undefined;

/**
 * Loads Plot and the small DOM once, at the first figure: half a second that `--help` must not pay.
 */
export function loadDrawing(): Promise<Drawing> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Drawing> {
  const [Plot, { parseHTML }] = await Promise.all([
    import("@observablehq/plot"),
    import("linkedom"),
  ]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return {
    Plot,
    draw(options, { alt, legend = [] }) {
      const svg = Plot.plot({ ...options, document, className: "chart" });
      svg.querySelector("style")?.remove();
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", escapeText(alt));
      svg.setAttribute("font-size", "12");
      return {
        svg: printable(roundCoordinates(svg.outerHTML)),
        width: Number(svg.getAttribute("width")),
        height: Number(svg.getAttribute("height")),
        alt,
        legend,
      };
    },
  };
}

const geometry = / (?:d|transform|x|y|x1|x2|y1|y2|cx|cy|r|width|height)="[^"]*"/g;

/** Tenths of a pixel are finer than the eye; the rest is noise of floating point, and bytes. */
function roundCoordinates(svg: string): string {
  return svg.replace(geometry, (attribute) =>
    attribute.replace(/\d+\.\d{2,}(?:e-?\d+)?/g, (digits) =>
      String(Number(Number(digits).toFixed(1))),
    ),
  );
}

/** The picture as a file of its own, light and dark. */
export function svgFile(picture: Picture): string {
  const [light, dark] = [lightPalette, darkPalette].map(paletteVariables);
  const style =
    `<style>svg{${light};color:var(--ink);background:var(--paper)}text{white-space:pre}` +
    `@media(prefers-color-scheme:dark){svg{${dark}}}</style>`;
  const open = /^<svg([^>]*)>/;
  return `${picture.svg.replace(open, `<svg xmlns="http://www.w3.org/2000/svg"$1>${style}`)}\n`;
}

/**
 * An SVG file of another maker as a picture of a page: without a style of its own, which the page's
 * security policy would refuse, and in the page's colours.
 */
export function fileAsPicture(file: string, alt: string): Picture {
  const open = /<svg[^>]*>/.exec(file)?.[0] ?? "<svg>";
  const size = (name: string) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(open)?.[1] ?? 0);
  const kept = open
    .replace(/ (style|xmlns|aria-label)="[^"]*"/g, "")
    .replace(/^<svg/, `<svg class="chart" aria-label="${escapeText(alt)}"`);
  return {
    svg: printable(file.trim().replace(open, () => kept)),
    width: size("width"),
    height: size("height"),
    alt,
    legend: [],
  };
}
