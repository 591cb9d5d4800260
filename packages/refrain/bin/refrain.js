#!/usr/bin/env node
import { main } from "../dist/cli/main.js";

process.exitCode = await main(process.argv.slice(2));
// The answer is given: what still holds the process must not keep the caller waiting.
setTimeout(() => process.exit(), 2_000).unref();
