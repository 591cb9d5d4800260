"""Golden values of implicit 0.7.2 for the tests of implicit ALS: als_fixtures.py OUT.

Users × items of small counts by a linear congruence that the test repeats; what implicit (exact
solves, many sweeps) comes to: its objective, scores of the first users, and lists.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import sys

import implicit
import numpy
from implicit.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

USERS, ITEMS, FACTORS, L2, SWEEPS, SEED = 60, 40, 3, 2, 200, 3

state = 12345
counts = numpy.zeros((USERS, ITEMS), dtype="f4")
for user in range(USERS):
    for item in range(ITEMS):
        state = (state * 1103515245 + 12345) % 2147483648
        draw = (state >> 16) % 100
        # Users like items of their own kind (mod 3) more.
        if draw < (45 if user % 3 == item % 3 else 8):
            counts[user, item] = 1 + draw % 5
values = csr_matrix(counts)
confidence = values.copy()
confidence.data = 1 + confidence.data


def objective(x, y):
    scores = x.astype("f8") @ y.astype("f8").T
    taken = counts > 0
    loss = ((1 + counts) * (taken - scores) ** 2).sum()
    return float(loss + L2 * ((x.astype("f8") ** 2).sum() + (y.astype("f8") ** 2).sum()))


model = AlternatingLeastSquares(
    factors=FACTORS,
    regularization=L2,
    alpha=1,
    iterations=SWEEPS,
    use_gpu=False,
    use_cg=False,
    num_threads=1,
    random_state=SEED,
)
model.fit(confidence, show_progress=False)
x, y = model.user_factors, model.item_factors
lists, _ = model.recommend(numpy.arange(USERS), confidence, N=5, filter_already_liked_items=True)
fixture = {
    "script": "bench/peers/als_fixtures.py",
    "implicit": implicit.__version__,
    "seed": SEED,
    "factors": FACTORS,
    "l2": L2,
    "sweeps": SWEEPS,
    "observations": int(values.nnz),
    "objective": objective(x, y),
    "scores": [[float(v) for v in row] for row in (x[:4].astype("f8") @ y.astype("f8").T).round(6)],
    "lists": lists.tolist(),
}
with open(sys.argv[1], "w") as out:
    json.dump(fixture, out)
    out.write("\n")
