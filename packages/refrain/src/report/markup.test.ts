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
    const letters = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join("");
    const escaped = escapeText(`${letters}\uD800x\uDC00`);
    const codes = Array.from(escaped, (letter) => letter.codePointAt(0)!);
    expect(codes.filter((code) => code < 32)).toEqual([9, 10, 13]);
    expect(codes.filter((code) => code >= 127 && code < 160)).toEqual([]);
    expect(escaped.isWellFormed()).toBe(true);
  });

  it("keeps markup, joins lists, and leaves nothing for null", () => {
    expect(html`<i>${[trusted("<b>1</b>"), null, "a & b", 2]}</i>`.text).toBe(
      "<i><b>1</b>a &amp; b2</i>",
    );
    expect(join(["<", html`<br>`], ", ").text).toBe("&lt;, <br>");
  });
});
