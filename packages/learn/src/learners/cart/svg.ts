const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for XML: what has a meaning there is escaped, what is forbidden there is replaced. */
function escapeText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (letter) => entities[letter]!);
}

/** A piece of SVG. */
export class Svg {
  /** Its source. */
  readonly source: string;

  /**
   * @param name of the element
   * @param attributes values are escaped, numbers told to a hundredth
   * @param content texts are escaped, pieces taken as they are
   */
  constructor(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    content: readonly (string | Svg)[] = [],
  ) {
    const said = Object.entries(attributes).map(([key, value]) => {
      const text = typeof value === "number" ? String(Math.round(100 * value) / 100) : value;
      return ` ${key}="${escapeText(text)}"`;
    });
    const inside = content.map((part) => (part instanceof Svg ? part.source : escapeText(part)));
    this.source = `<${name}${said.join("")}>${inside.join("")}</${name}>`;
  }
}
