/**
 * Posteriors that need no curvature: temperature scaling, dropout at inference, ensembles, and
 * training-free Bayesianisation.
 */
package io.flexora.posterior.basic;
