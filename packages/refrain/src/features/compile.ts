import { compileMonths } from "./compile-months.js";
import { compileWindows } from "./compile-windows.js";
import type { Compile } from "./compiled.js";
import type { FeatureSet } from "./declaration.js";

/** Turns a set into the SQL of one statement; golden files show it. */
export const compileSet: Compile<FeatureSet> = (set, context) =>
  set.shape === "windows" ? compileWindows(set, context) : compileMonths(set, context);
