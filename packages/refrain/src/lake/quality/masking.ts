/**
 * Personal data by its shape. What is found is shown only as a pattern (`Aaaa Aaaaaa`, `aa@a.aa`),
 * in every face of the report.
 */
import { patternOf } from "./values.js";

/** A shape of personal data; `test` looks at one value. */
interface PersonalShape {
  readonly kind: string;
  readonly test: RegExp;
  /** Share of a column's distinct values that must look like it. */
  readonly share: number;
  /** Only in tables of people: titles and band names look like names of people. */
  readonly onlyOfPeople?: boolean;
}

const shapes: readonly PersonalShape[] = [
  { kind: "email", test: /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/, share: 0.2 },
  {
    kind: "phone",
    test: /^(?:\+|00)\d[\d ()/-]{6,18}\d$|^\(?0\d{1,4}\)?[ /-]\d[\d -]{4,12}$/,
    share: 0.5,
  },
  { kind: "address", test: /^(?:\d{1,3}\.){3}\d{1,3}$/, share: 0.5 },
  {
    kind: "street",
    // "ul. Sowia 55/22" or "12 Baker Street".
    test: new RegExp(
      "^(?=.*\\p{L}{3})\\p{L}[\\p{L}\\p{M}.' -]*,? " +
        "\\d{1,4}\\p{L}?(?:[/-]\\d{1,4}\\p{L}?)?(?:,? .*)?$|" +
        "^\\d{1,5}\\p{L}? \\p{Lu}\\p{L}+(?: \\p{L}+\\.?){1,3}$",
      "u",
    ),
    share: 0.6,
    onlyOfPeople: true,
  },
  {
    kind: "name",
    test: new RegExp(
      "^\\p{Lu}[\\p{L}\\p{M}'’-]+(?: \\p{Lu}\\.?)?" +
        "(?: (?:van|von|de|da|di|der|del|la|el|bin))*(?: \\p{Lu}[\\p{L}\\p{M}'’-]+){1,3}$",
      "u",
    ),
    share: 0.7,
    onlyOfPeople: true,
  },
];

/**
 * Kind of personal data that most of the values look like, or null.
 * @param texts distinct values
 * @param ofPeople whether each row of the table is a person
 */
export function personalKind(texts: readonly string[], ofPeople: boolean): string | null {
  if (texts.length < 5) return null;
  for (const { kind, test, share, onlyOfPeople } of shapes) {
    if (onlyOfPeople === true && !ofPeople) continue;
    const alike = texts.filter((text) => test.test(text)).length;
    if (alike >= texts.length * share) return kind;
  }
  return null;
}

const always = shapes.filter((shape) => shape.onlyOfPeople !== true && shape.kind !== "phone");

/** A value fit to be shown: as a pattern where the column or the value itself is personal. */
export function shown(text: string, personal: string | null): string {
  const hidden = personal !== null || always.some(({ test }) => test.test(text));
  const plain = hidden ? patternOf(text) : text;
  return plain.length > 80 ? `${plain.slice(0, 77)}…` : plain;
}
