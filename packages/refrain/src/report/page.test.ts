import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { html } from "./markup.js";
import { page } from "./page.js";
import { callout, commandLines, foldable, list, table, withRange, withReason } from "./parts.js";

const golden = "../../../../test/golden/report";

const sample = page({
  title: "A <title> & more",
  subtitle: "Two users",
  facts: [{ label: "Users", value: 2, note: "of 3" }],
  lead: callout("warn", "Look", "Something is odd."),
  sections: [
    {
      title: "Models",
      body: table({
        caption: "Models",
        columns: [{ title: "Model" }, { title: "ROC-AUC", kind: "number" }],
        rows: [
          { marked: true, cells: ["<b>logistic</b>", withRange("0.892", "0.871 to 0.913")] },
          ["majority", withReason("one score for all rows")],
          ["other", null],
          ["number", 12345.6],
        ],
      }),
    },
    { title: "Models", body: table({ caption: "Empty", columns: [{ title: "A" }], rows: [] }) },
    {
      title: "日本",
      group: "Elsewhere",
      body: html`${list(["a", "b"])}${commandLines(["refrain demo"])}`,
    },
    { title: "More", id: "Extra Part", body: foldable("Open", "text") },
  ],
});

describe("page", () => {
  it("stands as a file a person can review", async () => {
    await expect(sample).toMatchFileSnapshot(`${golden}/page.html`);
  });

  it("allows nothing but its own style sheet, by hash", () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(sample)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(sample).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(sample).not.toMatch(/<script|\sstyle=|\son[a-z]+=/);
    expect(sample.match(/(?:href|src)="(?!#|data:,)[^"]*"/g)).toBeNull();
  });

  it("gives each section an anchor of its own, and lists it in the contents", () => {
    const { document } = parseHTML(sample);
    const anchors = [...document.querySelectorAll("h2")].map((heading) => heading.id);
    expect(anchors).toEqual(["models", "models-2", "elsewhere", "extra-part"]);
    const links = [...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(anchors.map((anchor) => `#${anchor}`));
  });

  it("heads rows and columns of a table for screen readers", () => {
    const { document } = parseHTML(sample);
    expect(document.querySelectorAll("th[scope=row]").length).toBe(4);
    expect(document.querySelectorAll("table[aria-label]").length).toBe(2);
    expect(document.querySelector("[role=region]")?.getAttribute("tabindex")).toBe("0");
  });
});
