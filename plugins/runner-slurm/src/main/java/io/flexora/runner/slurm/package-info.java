/** Runs the cells of a comparison as arrays of jobs on a Slurm cluster. */
package io.flexora.runner.slurm;
