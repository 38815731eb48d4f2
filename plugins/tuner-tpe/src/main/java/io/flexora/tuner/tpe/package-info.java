/**
 * The tree-structured Parzen estimator (Bergstra et al., Algorithms for Hyper-Parameter
 * Optimization, NeurIPS 2011), each option apart, with the bandwidths and weights of Optuna.
 */
package io.flexora.tuner.tpe;
