/** The cells of a run: their phases, their records, and the results that equal cells share. */
package io.flexora.experiment.cell;
