"""The peers' side of the benchmarks of explanations and of scores; see side.py. The settings hold
`model`, the file that the trees are written to so that both sides have the same.
"""

import json
import warnings

import lightgbm
import numpy
from lightgbm_trees import ensemble
from side import serve, told


def work_of(name, model, x, settings):
    """What is timed, and the version of who does it."""
    threads = settings["threads"]
    lgb = lightgbm.__version__
    if name == "contributions":
        return lgb, lambda: model.predict(x, pred_contrib=True, num_threads=threads)[:, :-1]
    if name == "scores":
        return lgb, lambda: model.predict(x, num_threads=threads)
    if name == "rows":
        rows = [x[k : k + 1] for k in range(len(x))]
        return lgb, lambda: numpy.ravel([model.predict(row, num_threads=1) for row in rows])
    import shap

    warnings.simplefilter("ignore")
    if name == "shap":
        explainer = shap.TreeExplainer(model)
    else:
        others = x[: settings["background"]]
        explainer = shap.TreeExplainer(model, others, feature_perturbation="interventional")
    return shap.__version__, lambda: explainer.shap_values(x, check_additivity=False)


def main():
    path, rows, width, settings = told()
    training = settings["trainingRows"]

    def read(column, first, count):
        return numpy.fromfile(path, "<f8", count, offset=8 * (column * rows + first))

    def table_of(first, count):
        # Row-major, as its users hold their data; the copy is not timed.
        x = numpy.empty((count, width))
        for column in range(width):
            x[:, column] = read(column, first, count)
        return x

    params = {
        "objective": "binary",
        "num_leaves": settings["leaves"],
        "max_depth": settings["depth"],
        "num_threads": settings["threads"],
        "verbose": -1,
        "seed": 1,
        "deterministic": True,
        "force_row_wise": True,
    }
    known, y = table_of(0, training), read(width, 0, training)
    table = lightgbm.Dataset(known, y, params=params)
    model = lightgbm.train(params, table, settings["trees"])
    del known, table
    with open(settings["model"], "w") as file:
        json.dump(ensemble(model), file)
    x = table_of(training, rows - training)
    version, work = work_of(settings["work"], model, x, settings)
    results = []

    def run():
        results[:] = [work()]

    serve(run, version, lambda: {"told": numpy.ravel(results[0])[:1000].tolist()})


main()
