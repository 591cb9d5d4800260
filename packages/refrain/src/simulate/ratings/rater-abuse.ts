import { foundationErrors } from "../../foundation/index.js";
import { type HiddenKind, hiddenKinds } from "../injection/hide-beside.js";
import { raterKinds } from "../injection/inject.js";

/** Which crooked raters are hidden, how many, and how boldly. */
export interface RaterAbuse {
  /** Accounts of each kind in each half of the genuine users, 1 … 1,000. */
  readonly each: number;
  readonly kinds: readonly HiddenKind[];
  /** 0 = they rate as anybody but for their targets … 1 = all of an account is crooked. */
  readonly strength: number;
}

const defaults = { each: 12, strength: 1 };

/**
 * Reads `each=12,kinds=bot+shared,strength=.7`; what is not named has its default.
 * @throws OPTION_INVALID
 */
export function parseRaterAbuse(text: string): Partial<RaterAbuse> {
  const given: { -readonly [Name in keyof RaterAbuse]?: RaterAbuse[Name] } = {};
  for (const part of text.split(",")) {
    const [name = "", value = "", more] = part.split("=").map((word) => word.trim());
    if (more !== undefined) refuse(part);
    if (name === "kinds") given.kinds = value.split("+").map((kind) => toKind(kind));
    else if ((name === "each" || name === "strength") && /^\d*\.?\d+$/.test(value)) {
      given[name] = Number(value);
    } else refuse(part);
  }
  return given;
}

/**
 * Checks what is hidden and fills in the defaults: all kinds that are possible.
 * @param more kinds beyond the ten that what stands beside the ratings allows
 * @throws OPTION_INVALID
 */
export function completeRaterAbuse(
  given: Partial<RaterAbuse>,
  more: readonly HiddenKind[] = [],
): RaterAbuse {
  const possible = [...raterKinds, ...more];
  const abuse = { ...defaults, kinds: possible, ...given };
  const { each, strength, kinds } = abuse;
  if (!Number.isInteger(each) || each < 1 || each > 1_000) refuse(`each=${each}`);
  if (!(strength >= 0 && strength <= 1)) refuse(`strength=${strength}`);
  if (kinds.length === 0) refuse("kinds=");
  for (const kind of kinds) if (!possible.includes(kind)) refuse(`kinds=${kind}`);
  return abuse;
}

function toKind(text: string): HiddenKind {
  const kind = hiddenKinds.find((one) => one === text);
  return kind ?? refuse(`kinds=${text}`);
}

function refuse(given: string): never {
  const expected =
    "parts joined by commas: each=1 to 1000 (accounts of a kind and half), strength=0 to 1, " +
    `kinds=some of ${raterKinds.join("+")}, with series series-bombing, with views ` +
    "repeated-viewing";
  throw foundationErrors.OPTION_INVALID({ option: "--abuse", given, expected });
}
