/**
 * The layers of each package, lowest first. A layer imports only what stands before it, and only
 * through its `index.ts`; layers of one inner list are siblings and do not see each other.
 * ARCHITECTURE.md prints this list and a test holds it.
 */
type Layers = readonly (string | readonly string[])[];

/** Packages, lowest first, with the name they are imported by and their layers. */
export const packages: readonly { folder: string; name: string; layers: Layers }[] = [
  {
    folder: "learn",
    name: "@refrain/learn",
    layers: [
      "foundation",
      "kernels",
      "frame",
      "metrics",
      "encoders",
      "learners",
      "explain",
      "models",
      "conformance",
    ],
  },
  {
    folder: "refrain",
    name: "refrain",
    layers: [
      "foundation",
      "events",
      "lake",
      "simulate",
      "features",
      "evaluation",
      "report",
      ["tasks/churn", "tasks/premium", "tasks/gaming", "tasks/raters", "experiments"],
      "registry",
      "workflow",
      "serve",
      "cli",
    ],
  },
];

/** One import of one file, both relative to the checkout. */
export interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Imports, dynamic imports and re-exports in a source text. */
export function importsOf(file: string, text: string): Import[] {
  const pattern = new RegExp(
    [
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*["']([^"']+)["']/,
      /\bimport\(\s*["']([^"']+)["']/,
      /(?:^|\n)import\s*["']([^"']+)["']/,
    ]
      .map((part) => part.source)
      .join("|"),
    "g",
  );
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    specifier: (match[1] ?? match[2] ?? match[3])!,
  }));
}

/**
 * Says what is wrong with an import, or nothing.
 * @param item an import inside `packages/<folder>/src`
 */
export function layerFault({ file, specifier }: Import): string | undefined {
  const [, folder, inner] = /^packages\/([^/]+)\/src\/(.+)$/.exec(file) ?? [];
  const home = packages.find((one) => one.folder === folder);
  if (!home || !inner) return `${file}: not in a known package; list it in tools/layers.ts.`;
  const other = packages.find(
    (one) => specifier === one.name || specifier.startsWith(`${one.name}/`),
  );
  if (other) return packageFault(file, specifier, home, other);
  if (!specifier.startsWith(".")) return undefined;
  const target = resolve(inner, specifier);
  if (target.startsWith("../")) {
    return `${file} imports ${specifier}, outside its package; import the package by its name.`;
  }
  return folderFault({ file, specifier }, inner, target, home.layers);
}

function packageFault(
  file: string,
  specifier: string,
  home: (typeof packages)[number],
  other: (typeof packages)[number],
): string | undefined {
  if (packages.indexOf(other) < packages.indexOf(home) && specifier === other.name)
    return undefined;
  return specifier === other.name
    ? `${file} imports ${specifier}, not below ${home.name}; move the code down into ${home.name}.`
    : `${file} imports ${specifier}; a package is imported by its name alone (${other.name}).`;
}

function folderFault(
  { file, specifier }: Import,
  inner: string,
  target: string,
  layers: Layers,
): string | undefined {
  if (inner === "index.ts") return undefined;
  const from = layerOf(inner, layers);
  const to = layerOf(target, layers);
  if (from === undefined) {
    const known = layers.flat().join(", ");
    return `${file}: src holds layers and index.ts only; move it into one of ${known}.`;
  }
  if (to === undefined)
    return `${file} imports ${specifier}, which is in no layer; list its folder.`;
  if (from.name === to.name) return undefined;
  if (to.rank >= from.rank) {
    return (
      `${file} (layer ${from.name}) imports ${specifier} (layer ${to.name}), which does not ` +
      `stand before it; move the shared code into ${lower(from.rank, layers)} or below.`
    );
  }
  return target === `${to.name}/index.ts`
    ? undefined
    : `${file} reaches into ${specifier}; import ${to.name}/index.js, and export it there.`;
}

function layerOf(inner: string, layers: Layers): { name: string; rank: number } | undefined {
  for (const [rank, entry] of layers.entries()) {
    for (const name of typeof entry === "string" ? [entry] : entry) {
      if (inner.startsWith(`${name}/`)) return { name, rank };
    }
  }
  return undefined;
}

function lower(rank: number, layers: Layers): string {
  return [layers[Math.max(0, rank - 1)] ?? "foundation"].flat().join(" or ");
}

function resolve(inner: string, specifier: string): string {
  const parts = inner.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "." || part === "") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/").replace(/\.js$/, ".ts");
}
