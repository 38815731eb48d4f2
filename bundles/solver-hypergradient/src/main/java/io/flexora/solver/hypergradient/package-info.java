/**
 * Solvers that move theta by a few optimiser steps, with or without differentiating through them.
 */
package io.flexora.solver.hypergradient;
