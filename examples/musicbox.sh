#!/usr/bin/env bash
# Shows the whole way with listening logs: dirty log files in, the people likely to leave out.
# Run: examples/musicbox.sh [FOLDER [LISTENERS [DAYS]]]   (after npm ci && npm run build)
set -euo pipefail
export PATH="$(cd "$(dirname "$0")/.." && pwd)/node_modules/.bin:$PATH"
work="${1:-musicbox-example}"
listeners="${2:-1000}"
days="${3:-100}"
mkdir -p "$work"
cd "$work"

# Play, download and search logs of a simulated service; one row in a hundred is faulty.
refrain simulate --as musicbox --users "$listeners" --days "$days" --seed 1 --dirt .01 --out logs

# Log files into a lake; what cannot be read is kept with file, line and reason.
refrain ingest logs --as musicbox --lake lake
refrain rejects --lake lake --limit 5

# What is wrong with the data, as text here and as a page with pictures.
refrain quality --lake lake --html quality.html

# The feature table and the published tables, for other programs.
refrain features churn --lake lake --out df_model_final.csv
refrain export --as musicbox --lake lake --out tables

# Fit, calibrate and measure a model; compare all models and baselines; score everybody.
refrain train churn --lake lake --out churn.refrain
refrain evaluate churn --lake lake --html churn.html
refrain score churn.refrain --lake lake --out scores.csv
head -n 5 scores.csv
