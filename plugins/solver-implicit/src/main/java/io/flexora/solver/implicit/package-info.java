/**
 * A solver that differentiates the minimum of the training loss by the implicit function theorem.
 */
package io.flexora.solver.implicit;
