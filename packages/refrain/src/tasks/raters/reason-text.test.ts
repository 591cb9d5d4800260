import { Frame, numberColumn } from "@refrain/learn";
import { describe, expect, it } from "vitest";
import { reasonBook } from "./reason-text.js";

/** A hundred accounts; the last is out of line in all columns. */
function bookOf(columns: Readonly<Record<string, (user: number) => number>>) {
  const made = Object.entries(columns).map(([name, of]) =>
    numberColumn(
      name,
      Float64Array.from({ length: 100 }, (_, user) => of(user)),
    ),
  );
  return reasonBook(new Frame(made, 100));
}

describe("reasonBook", () => {
  const book = bookOf({
    modeShare: (user) => (user === 99 ? 0.96 : 0.3 + user / 300),
    length: (user) => Math.log(1 + (user === 99 ? 0 : user)),
    hurriedShare: (user) => (user === 99 ? 0.15 : 0),
    oneValue: (user) => user,
    oddTogetherThree: (user) => (user === 0 ? Number.NaN : -user),
    farShare: (user) => -user,
  });
  const textOf = (code: string, user = 99) => book.ofFeature(code, user)?.text;

  it("tells the value and what nine of ten accounts have", () => {
    expect(textOf("modeShare")).toBe(
      "gives one rating nearly always: 96 % of its ratings (usual: at most 60 %)",
    );
    expect(textOf("length")).toBe("rated very few titles: 0 titles (usual: at least 9)");
    expect(textOf("hurriedShare")).toContain(": 15 % of its ratings (usual: none)");
  });

  it("tells the place among accounts of a value that says nothing by itself", () => {
    expect(textOf("oneValue")).toContain("(more so than all other accounts)");
    expect(textOf("oneValue", 95)).toContain("(more so than 95.5 % of accounts)");
  });

  it("says nothing of the usual, of what is odd to nobody, and of what cannot be told", () => {
    expect(textOf("modeShare", 50)).toBeUndefined();
    expect(textOf("farShare", 99)).toBeUndefined();
    expect(textOf("oddTogetherThree", 0)).toBeUndefined();
  });

  it("shows of a detector the feature that can be checked, and knows what says the same", () => {
    const { reason, codes } = book.ofDetector("one value", 99)!;
    expect(reason.text).toContain(": 96 % of its ratings (usual: at most 60 %)");
    expect(codes).toEqual(["modeShare", "oneValue"]);
    expect(book.ofDetector("learnt", 99)).toBeUndefined();
    expect(book.isSame("oneValue", "farShare")).toBe(true);
    expect(book.isSame("oneValue", "hurriedShare")).toBe(false);
  });
});
