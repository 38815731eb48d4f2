/** Trackers: they are told of cells from the records of these, each in a thread of its own. */
package io.flexora.experiment.tracking;
