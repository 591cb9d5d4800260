import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluationPage } from "./evaluation-page.js";
import { sampleEvaluation } from "./sample-evaluation.fixture.js";
import { retentionSection } from "./sections/retention.js";

const chromiumPath = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => existsSync(path));

const views = [390, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
);

describe.skipIf(chromiumPath === undefined)(
  "in chromium (skipped where it is not installed)",
  () => {
    let browser: Browser | undefined;
    let directory: string;
    let address: string;

    beforeAll(async () => {
      const { chromium } = await import("playwright-core");
      browser = await chromium.launch({
        executablePath: chromiumPath!,
        args: ["--no-sandbox"],
        timeout: 60_000,
      });
      directory = await mkdtemp(join(tmpdir(), "refrain-report-"));
      const retention = await retentionSection({
        step: "week",
        cohorts: Array.from({ length: 14 }, (_, week) => ({
          cohort: `2017-W${week + 10}`,
          users: 900,
          active: Array.from({ length: 14 - week }, (__, later) => 900 - 50 * later),
        })),
        survival: [{ day: 0, share: 1, low: 1, high: 1 }],
        churnRate: [{ at: 0, users: 9, rate: 0.3, low: 0.2, high: 0.4 }],
      });
      const html = await evaluationPage(await sampleEvaluation(120, 3), { sections: [retention] });
      const file = join(directory, "page.html");
      await writeFile(file, html);
      address = pathToFileURL(file).href;
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await rm(directory, { recursive: true });
    }, 60_000);

    it.each(views)(
      "at $width px, $scheme: nothing sticks out, nothing is fetched, nothing fails",
      async (view) => {
        const page = await browser!.newPage({
          viewport: { width: view.width, height: 900 },
          colorScheme: view.scheme,
        });
        const messages: string[] = [];
        const requests: string[] = [];
        page.on("console", (message) => messages.push(message.text()));
        page.on("pageerror", (error) => messages.push(error.message));
        page.on("request", (request) => requests.push(request.url()));
        await page.goto(address);
        const found = await page.evaluate(look);
        await page.close();
        expect(messages).toEqual([]);
        expect(requests.filter((url) => url !== address && !url.startsWith("data:"))).toEqual([]);
        expect(found.pageWidth).toBeLessThanOrEqual(view.width);
        expect(found.clippedTexts).toEqual([]);
        expect(found.overlaps).toEqual([]);
        const [red = 0] = found.background.match(/\d+/g)?.map(Number) ?? [];
        expect(red > 128).toBe(view.scheme === "light");
        expect(found.invisibleLines).toBe(0);
      },
    );
  },
);

/**
 * Runs in the page: its width, texts of figures that stick out of them or run into each other,
 * lines without a colour.
 */
function look() {
  const clippedTexts: string[] = [];
  const overlaps: string[] = [];
  for (const chart of document.querySelectorAll("svg.chart")) {
    const frame = chart.getBoundingClientRect();
    for (const text of chart.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1) {
        clippedTexts.push(text.textContent ?? "");
      }
    }
    const texts = [...chart.querySelectorAll("text")].map((text) => ({
      words: text.textContent ?? "",
      box: text.getBoundingClientRect(),
    }));
    for (const [at, { words, box }] of texts.entries()) {
      for (const other of texts.slice(at + 1)) {
        const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        // Boxes of lines one under the other touch; letters do not.
        if (width > 0.5 && height > 3) overlaps.push(`${words} | ${other.words}`);
      }
    }
  }
  const lines = [...document.querySelectorAll("svg.chart [aria-label=line] path")];
  return {
    pageWidth: document.documentElement.scrollWidth,
    background: getComputedStyle(document.body).backgroundColor,
    clippedTexts,
    overlaps,
    invisibleLines: lines.filter((line) => getComputedStyle(line).stroke === "none").length,
  };
}
