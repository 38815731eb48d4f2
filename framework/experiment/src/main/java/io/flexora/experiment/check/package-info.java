/** An experiment without a run: its check, and a benchmark of a little of each phase. */
package io.flexora.experiment.check;
