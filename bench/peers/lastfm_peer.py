"""implicit's lists on the rows of bench/verify-lastfm.ts.

lastfm_peer.py ROWS USERS ITEMS K JSON OUT, where ROWS holds user, item (int32) and confidence
(float32), one column after the other. Prints its version.
"""

import os

# As implicit advises: its own threads and those of OpenBLAS would take the cores from each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import sys

import implicit
import numpy
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

path, users, items, length, settings, out = sys.argv[1:]
users, items, length, settings = int(users), int(items), int(length), json.loads(settings)
data = numpy.fromfile(path, "<i4").reshape(3, -1)
values = (data[2].view("<f4"), (data[0], data[1]))
matrix = csr_matrix(values, shape=(users, items))
common = {
    "factors": settings["factors"],
    "regularization": settings["l2"],
    "iterations": settings["sweeps"],
    "use_gpu": False,
    "num_threads": 2,
    "random_state": settings["seed"],
}
if "learningRate" in settings:
    model = BayesianPersonalizedRanking(learning_rate=settings["learningRate"], **common)
else:
    model = AlternatingLeastSquares(alpha=1, **common)
model.fit(matrix, show_progress=False)
found, _ = model.recommend(
    numpy.arange(users), matrix, N=length, filter_already_liked_items=True
)
found.astype("<i4").tofile(out)
print(implicit.__version__)
