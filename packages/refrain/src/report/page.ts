import { createHash } from "node:crypto";
import { type Content, html, Markup, trusted } from "./markup.js";
import { type Fact, facts } from "./parts.js";
import { styleSheet } from "./style-sheet.js";

/** One part of a page; it gets a heading and a line in the table of contents. */
export interface Section {
  /** Heading, plain words. */
  readonly title: string;
  /** Stands before the heading, and gathers sections in the table of contents. */
  readonly group?: string;
  /** Anchor; made from the title where absent. */
  readonly id?: string;
  /** What stands under the heading. */
  readonly body: Content;
}

/** What a page is made of. */
export interface PageOptions {
  /** Of the page and of the window. */
  readonly title: string;
  /** One line under the title. */
  readonly subtitle?: Content;
  /** Tiles with the few numbers that matter most. */
  readonly facts?: readonly Fact[];
  /** Stands between the tiles and the table of contents: what a reader must know first. */
  readonly lead?: Content;
  /** From top to bottom. */
  readonly sections: readonly Section[];
  /** The last line; says who made the page where absent. */
  readonly footer?: Content;
  /** Language of the text; `en` where absent. */
  readonly language?: string;
}

const plainFooter = "Made by Refrain. This file needs no network and runs no script.";

const styleHash = createHash("sha256").update(styleSheet).digest("base64");

const policy =
  `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; ` +
  "base-uri 'none'; form-action 'none'";

/**
 * One self-contained HTML file: no network, no script, readable at 390 px and on paper, in light
 * and dark. The same input gives the same bytes.
 */
export function page(options: PageOptions): string {
  const sections = withAnchors(options.sections);
  return html`<!doctype html>
<html lang="${options.language ?? "en"}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${options.title}</title>
<style>${trusted(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the contents</a>
<div class="page">
<header>
<h1>${options.title}</h1>
${options.subtitle === undefined ? null : html`<p class="subtitle">${options.subtitle}</p>`}
${options.facts === undefined ? null : facts(options.facts)}
${options.lead}
</header>
<nav aria-label="Contents">
${contents(sections)}</nav>
<main id="main">
${sections.map(
  (section) => html`<section aria-labelledby="${section.id}">
<h2 id="${section.id}">${headingOf(section)}</h2>
${section.body}
</section>
`,
)}</main>
<footer>${options.footer ?? plainFooter}</footer>
</div>
</body>
</html>
`.text;
}

type Anchored = Section & { readonly id: string };

function headingOf({ group, title }: Section): string {
  return group === undefined ? title : `${group}: ${title}`;
}

/** Neighbours of one group stand in one list under its name. */
function contents(sections: readonly Anchored[]): readonly Markup[] {
  const lists: { group: string | undefined; links: Markup[] }[] = [];
  for (const { group, id, title } of sections) {
    if (lists.length === 0 || lists.at(-1)?.group !== group) lists.push({ group, links: [] });
    lists.at(-1)?.links.push(html`<li><a href="#${id}">${title}</a></li>\n`);
  }
  return lists.map(
    ({ group, links }) => html`<ol>
${group === undefined ? null : html`<li class="group">${group}</li>\n`}${links}</ol>
`,
  );
}

/** Gives each section an anchor of its own, made of a-z, 0-9 and hyphens. */
function withAnchors(sections: readonly Section[]): readonly Anchored[] {
  const taken = new Set(["main"]);
  return sections.map((section) => {
    const base = anchorOf(section.id ?? headingOf(section));
    let id = base;
    for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`;
    taken.add(id);
    return { ...section, id };
  });
}

function anchorOf(text: string): string {
  const anchor = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return anchor === "" ? "section" : anchor;
}
