/** Solvers that take gradients or losses alone, and no product with the Hessian. */
package io.flexora.solver.hessianfree;
