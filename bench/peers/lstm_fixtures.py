"""Golden outputs of Keras for packages/learn/src/learners/sequence/fixtures/keras.json.

Run: bench/.venv/lstm/bin/python bench/peers/lstm_fixtures.py
Each network has random weights, and gives its outputs for sequences of several lengths: an LSTM
with a dense layer, dense layers alone, and an LSTM autoencoder whose decoder has its state alone.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy
import tensorflow

SEED = 20240308
COLUMNS = 3
learners = pathlib.Path(__file__).parents[2] / "packages/learn/src/learners"
rng = numpy.random.default_rng(SEED)


def rounded(values):
    return [round(float(v), 6) for v in numpy.asarray(values).ravel()]


def give_weights(model):
    drawn = [rng.normal(0, 0.6, weights.shape) for weights in model.get_weights()]
    model.set_weights([numpy.asarray(rounded(w)).reshape(w.shape) for w in drawn])


def tensors(layer, name):
    weights = [w.numpy() for w in layer.weights]
    parts = ["kernel", "recurrent", "bias"] if len(weights) == 3 else ["kernel", "bias"]
    return {f"{name}.{part}": rounded(w) for part, w in zip(parts, weights)}


def draw(steps):
    return numpy.asarray(rounded(rng.normal(0, 1, (1, steps, COLUMNS)))).reshape(1, steps, COLUMNS)


def lstm_case():
    last = keras.layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((None, COLUMNS)), keras.layers.LSTM(5), last])
    give_weights(model)
    sequences = [draw(steps) for steps in (1, 4, 9)]
    return {
        "kind": "lstm",
        "options": {"hidden": 5},
        "tensors": {**tensors(model.layers[0], "encoder"), **tensors(model.layers[1], "output")},
        "cases": [{"rows": s[0].tolist(), "score": float(model(s)[0, 0])} for s in sequences],
    }


def mlp_case():
    model = keras.Sequential(
        [
            keras.Input((COLUMNS,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    give_weights(model)
    rows = [draw(1) for _ in range(4)]
    names = ["hidden.0", "hidden.1", "output"]
    return {
        "kind": "mlp",
        "options": {"hidden": [6, 4]},
        "tensors": {k: v for l, n in zip(model.layers, names) for k, v in tensors(l, n).items()},
        "cases": [{"rows": r[0].tolist(), "score": float(model(r[0])[0, 0])} for r in rows],
    }


def autoencoder_case():
    units, code = 5, 2
    source = keras.Input((None, COLUMNS))
    encoder = keras.layers.LSTM(units)
    told = keras.layers.Dense(code, activation="tanh")
    begin = keras.layers.Dense(units, activation="tanh")
    # A decoder without inputs: Keras wants some, so it is given zeros, whose kernel counts nothing.
    decoder = keras.layers.LSTM(units, return_sequences=True)
    output = keras.layers.Dense(COLUMNS)
    state = begin(told(encoder(source)))
    zeros = keras.ops.zeros_like(source)[:, :, :1]
    states = decoder(zeros, initial_state=[state, keras.ops.zeros_like(state)])
    model = keras.Model(source, output(states))
    give_weights(model)
    cases = []
    for steps in (1, 3, 7):
        rows = draw(steps)
        backwards = model(rows).numpy()[0]
        error = numpy.mean((backwards - rows[0][::-1]) ** 2)
        cases.append({"rows": rows[0].tolist(), "score": float(error)})
    named = tensors(decoder, "decoder")
    del named["decoder.kernel"]
    layers = [(encoder, "encoder"), (told, "code"), (begin, "start"), (output, "output")]
    for layer, name in layers:
        named.update(tensors(layer, name))
    return {
        "kind": "lstm-autoencoder",
        "options": {"hidden": units, "code": code},
        "tensors": named,
        "cases": cases,
    }


content = {
    "script": "bench/peers/lstm_fixtures.py",
    "keras": keras.__version__,
    "tensorflow": tensorflow.__version__,
    "seed": SEED,
    "columns": COLUMNS,
    "networks": [lstm_case(), mlp_case(), autoencoder_case()],
}
folder = learners / "sequence/fixtures"
folder.mkdir(exist_ok=True)
(folder / "keras.json").write_text(json.dumps(content) + "\n")
