import { RandomStream } from "@refrain/learn";
import type { Bytes } from "./bytes.js";
import { type DirtKind, dirtKinds, type RowFile } from "./dirt-kinds.js";
import type { Scenario } from "./scenario.js";

/** One faulty row: where it stands. */
export interface PlantedRow {
  /** Place of the file among the block's files. */
  readonly file: number;
  /** Line within what the block adds to the file, 1 = the first. */
  readonly line: number;
  readonly kind: string;
  /** Absent for rows of the catalogue. */
  readonly userId: number | undefined;
}

/**
 * Plants faulty rows beside sound ones. Sound rows stay as they are but for kinds that stand in a
 * row's place, and those change nothing that the truth depends on.
 */
export class Spoiler {
  readonly planted: PlantedRow[] = [];
  readonly #scenario: Scenario;
  #share: number;
  #random: RandomStream;
  #userId: number | undefined;

  /** @param scenario its dirt is the chance that a sound row gets a faulty one */
  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#share = scenario.dirt;
    this.#random = new RandomStream(scenario.seed, "simulate dirt");
  }

  /** The rows that follow are this listener's; a bot is dirt itself and gets none. */
  listener(index: number, userId: number): void {
    this.#random = new RandomStream(this.#scenario.seed, "simulate dirt", index);
    this.#share = index < this.#scenario.users ? this.#scenario.dirt : 0;
    this.#userId = userId;
  }

  /**
   * Is told of a line just written.
   * @param from where in `out` the line begins
   */
  after(out: Bytes, from: number, place: { readonly file: number; readonly rows: RowFile }): void {
    const random = this.#random;
    if (random.uniform() >= this.#share) return;
    const kinds = dirtKinds[place.rows];
    const kind: DirtKind = kinds[random.below(kinds.length)]!;
    const line = Buffer.from(out.view().subarray(from, out.length - 1)).toString("utf8");
    const faulty = kind.spoil(line, random);
    if (faulty === undefined) return;
    if (kind.inPlace) out.dropLine(from);
    out.putText(faulty);
    out.endLine();
    const { file } = place;
    this.planted.push({ file, line: out.lines, kind: kind.name, userId: this.#userId });
  }

  /** Notes a faulty row that was made elsewhere. */
  note(file: number, line: number, kind: string): void {
    this.planted.push({ file, line, kind, userId: this.#userId });
  }

  /** Hands out what was planted since the last call. */
  take(): PlantedRow[] {
    return this.planted.splice(0);
  }
}
