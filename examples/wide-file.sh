#!/usr/bin/env bash
# Shows learning from any table: CSV or Parquet with an id, a target of 0 and 1, and features.
# Run: examples/wide-file.sh [FOLDER]   (after npm ci && npm run build)
set -euo pipefail
export PATH="$(cd "$(dirname "$0")/.." && pwd)/node_modules/.bin:$PATH"
work="${1:-wide-file-example}"
mkdir -p "$work"
cd "$work"

# A table of your own would stand here; this one is made of arithmetic.
awk 'BEGIN {
  print "user,plays,skips,country,bought"
  for (i = 1; i <= 3000; i++) {
    plays = (i * 7919) % 101; skips = (i * 104729) % 37; noise = (i * 15485863) % 100
    bought = plays - skips + noise > 120 ? 1 : 0
    print "u" i "," plays "," skips "," (i % 3 ? "PL" : "DE") "," bought
  }
}' > table.csv

refrain train premium table.csv --target bought --id user --out wide.refrain
refrain evaluate premium table.csv --target bought --id user
refrain score wide.refrain table.csv --out scores.csv
head -n 5 scores.csv
