/** A solver that carries the derivative of theta in the gates along with theta. */
package io.flexora.solver.forward;
