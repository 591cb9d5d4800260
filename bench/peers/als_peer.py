"""implicit's side of the benchmarks of recommenders; see side.py."""

import os

# As implicit advises: its own threads and those of OpenBLAS would take the cores from each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import time

import implicit
import numpy
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix
from side import serve, told

path, rows, _, settings = told()
training = settings["trainingRows"]
shape = (settings["users"], settings["items"])
users, items = numpy.fromfile(path, "<i4", 2 * rows).reshape(2, rows)
counts = numpy.fromfile(path, "<f4", training, offset=8 * rows)
held = {}
for user, item in zip(users[training:].tolist(), items[training:].tolist()):
    if user < settings["judged"]:
        held.setdefault(user, set()).add(item)
asked = numpy.array(sorted(held), dtype="<i4")


def fit(sweeps, callback=None):
    # Its confidences are what the matrix holds; ours are 1 + the count.
    matrix = csr_matrix((1 + counts, (users[:training], items[:training])), shape=shape)
    common = {
        "factors": settings["factors"],
        "regularization": settings["l2"],
        "iterations": sweeps,
        "use_gpu": False,
        "num_threads": settings["threads"],
        "random_state": 1,
    }
    if settings["learner"] == "bpr":
        model = BayesianPersonalizedRanking(learning_rate=0.05, **common)
        model.fit(matrix, show_progress=False)
        return model, matrix
    model = AlternatingLeastSquares(alpha=1, **common)
    model.fit(matrix, show_progress=False, callback=callback and (lambda *_: callback(model)))
    return model, matrix


def ndcg(model, matrix):
    found, _ = model.recommend(asked, matrix[asked], N=10, filter_already_liked_items=True)
    discounts = 1 / numpy.log2(numpy.arange(10) + 2)
    total = 0
    for user, row in zip(asked.tolist(), found):
        relevant = held[user]
        hits = numpy.array([item in relevant for item in row.tolist()])
        total += (hits * discounts).sum() / discounts[: len(relevant)].sum()
    return float(total / len(asked))


def objective(model):
    x, y = model.user_factors.astype("f8"), model.item_factors.astype("f8")
    loss = ((x.T @ x) * (y.T @ y)).sum() + settings["l2"] * ((x * x).sum() + (y * y).sum())
    for at in range(0, training, 1 << 18):
        part = slice(at, min(training, at + (1 << 18)))
        score = numpy.einsum("ij,ij->i", x[users[part]], y[items[part]])
        loss += ((1 + counts[part]) * (1 - score) ** 2 - score**2).sum()
    return float(loss / training)


last = fit(1)


def run():
    global last
    last = fit(settings["sweeps"])


def reached():
    points = []
    if settings["curve"]:
        matrix = csr_matrix((1 + counts, (users[:training], items[:training])), shape=shape)
        state = {"started": time.perf_counter(), "judging": 0.0}

        def point(model):
            now = time.perf_counter()
            seconds = now - state["started"] - state["judging"]
            points.append({"seconds": seconds, "ndcg": ndcg(model, matrix)})
            state["judging"] += time.perf_counter() - now

        fit(settings["sweeps"], point)
    model, matrix = last
    if settings["learner"] == "bpr":
        return {"ndcg": ndcg(model, matrix), "curve": points}
    return {"ndcg": ndcg(model, matrix), "objective": objective(model), "curve": points}


serve(run, implicit.__version__, reached)
