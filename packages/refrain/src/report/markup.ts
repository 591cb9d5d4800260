/** Text that is already safe HTML; only `html`, `join` and `trusted` make it. */
export class Markup {
  /** The HTML itself. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The HTML itself. */
  toString(): string {
    return this.text;
  }
}

/**
 * What may stand in a template: text and numbers are escaped, markup is not, null leaves nothing.
 */
export type Content = Markup | string | number | null | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes text for HTML, in elements and in quoted attributes. Control characters and lone
 * surrogates, which HTML does not allow, become U+FFFD.
 */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

// Built from codes because the linter refuses a pattern that holds control characters.
const controlRanges = [
  [0, 8],
  [11, 12],
  [14, 31],
  [127, 159],
].map((ends) => ends.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("-"));
const controlCharacters = new RegExp(`[${controlRanges.join("")}]`, "g");

/** The text with U+FFFD in place of control characters and lone surrogates. */
export function printable(text: string): string {
  return text.toWellFormed().replace(controlCharacters, "\uFFFD");
}

/**
 * Tagged template that escapes every value put into it.
 * @example html`<p title="${name}">${text}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0] ?? "";
  values.forEach((value, at) => {
    text += render(value) + (strings[at + 1] ?? "");
  });
  return new Markup(text);
}

/** Pieces one after the other. */
export function join(pieces: readonly Content[], separator: Content = ""): Markup {
  return new Markup(pieces.map(render).join(render(separator)));
}

/** Marks HTML of our own making (an SVG drawn here) as safe; never for text that came from data. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(value: Content): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join("");
  return escapeText(String(value));
}
