/**
 * First-order optimisers as differentiable maps of flat vectors.
 *
 * <p>An optimiser's author writes a step and its reverse, and names the arrays that it keeps.
 * Trainers, solvers and selectors add what is not the optimiser's: gradients, clipping, schedules,
 * learning rates of parts of theta, layers that rest.
 */
@Export
@Version("0.1.0")
package io.flexora.api.optimiser;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
