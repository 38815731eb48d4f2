"""Writes the densities of Optuna's univariate TPE that the tests of plugins/tuner-tpe compare with.

    python make_tpe_reference.py ../../plugins/tuner-tpe/src/test/resources/io/flexora/tuner/tpe/optuna.json

Needs optuna (written with 5.0.0) and numpy. The values of trials are drawn with numpy's PCG64, seed 7.
"""
import json
import sys

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_gamma, default_weights

# Of equal values the older comes first; numpy's own order of them is arbitrary, and their weights differ.
unstable = np.argsort
np.argsort = lambda values, kind="stable": unstable(values, kind=kind)

PARAMETERS = _ParzenEstimatorParameters(
    prior_weight=1.0,
    consider_magic_clip=True,
    consider_endpoints=False,
    weights=default_weights,
    multivariate=False,
)
RANGES = {
    "linear": FloatDistribution(-2.0, 3.0),
    "log": FloatDistribution(1e-5, 1e-1, log=True),
    "whole": IntDistribution(1, 16),
    "whole_log": IntDistribution(1, 64, log=True),
    "choices": CategoricalDistribution(("a", "b", "c", "d")),
}
COUNTS = [0, 1, 2, 9, 26, 40]


def drawn(distribution, random, count):
    if isinstance(distribution, CategoricalDistribution):
        return random.integers(0, len(distribution.choices), count).astype(float)
    low, high = distribution.low, distribution.high
    if distribution.log:
        values = np.exp(random.uniform(np.log(low), np.log(high), count))
    else:
        values = random.uniform(low, high, count)
    return np.round(values) if isinstance(distribution, IntDistribution) else values


def main():
    random = np.random.default_rng(7)
    cases = []
    for name, distribution in RANGES.items():
        points = drawn(distribution, random, 8)
        for count in COUNTS:
            seen = drawn(distribution, random, count)
            estimator = _ParzenEstimator({"x": seen}, {"x": distribution}, PARAMETERS)
            density = estimator.log_pdf({"x": points})
            cases.append({"range": name, "seen": seen.tolist(), "points": points.tolist(), "log": density.tolist()})
    gamma = [[n, default_gamma(n)] for n in (1, 5, 10, 11, 40, 249, 251, 400)]
    with open(sys.argv[1], "w") as out:
        json.dump({"optuna": optuna.__version__, "good": gamma, "cases": cases}, out)
        out.write("\n")


main()
