import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { escapeText, html, join, trusted } from "./markup.js";

describe("markup", () => {
  it("escapes whatever is put into a template, so that it comes back as the same text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { document } = parseHTML(
          `<!doctype html><html><body>${html`<p title="${text}">${text}</p>`.text}</body></html>`,
        );
        const paragraph = document.querySelector("p");
        expect(document.body.children.length).toBe(1);
        expect(paragraph?.children.length).toBe(0);
        expect(paragraph?.textContent).toBe(text);
        expect(paragraph?.getAttribute("title")).toBe(text);
      }),
    );
  });

  it("leaves no character that HTML does not allow", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeText(text);
        expect(escaped.isWellFormed()).toBe(true);
        for (const letter of escaped) {
          const code = letter.codePointAt(0)!;
          expect(code >= 32 || code === 9 || code === 10 || code === 13).toBe(true);
        }
      }),
    );
  });

  it("keeps markup, joins lists, and leaves nothing for null", () => {
    expect(html`<i>${[trusted("<b>1</b>"), null, "a & b", 2]}</i>`.text).toBe(
      "<i><b>1</b>a &amp; b2</i>",
    );
    expect(join(["<", html`<br>`], ", ").text).toBe("&lt;, <br>");
  });
});
