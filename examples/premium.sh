#!/usr/bin/env bash
# Shows who will buy premium, from JSON lines of users, sessions, artists, tracks and storage.
# Run: examples/premium.sh [FOLDER [LISTENERS [DAYS]]]   (after npm ci && npm run build)
set -euo pipefail
export PATH="$(cd "$(dirname "$0")/.." && pwd)/node_modules/.bin:$PATH"
work="${1:-premium-example}"
listeners="${2:-2000}"
days="${3:-365}"
mkdir -p "$work"
cd "$work"

refrain simulate --as pozytywka --users "$listeners" --days "$days" --seed 1 --out logs
refrain ingest logs --as pozytywka --lake lake

# The 31 published columns, one row a user and month.
refrain features premium --lake lake --out features/v1/feature.csv

# Both targets, by time, by user and by random rows, so that the worth of leaking is seen.
refrain train premium --lake lake --out premium.refrain
refrain evaluate premium --lake lake --html premium.html

# Users without premium only, the most likely buyers first when sorted.
refrain score premium.refrain --lake lake --out buyers.csv
head -n 5 buyers.csv
