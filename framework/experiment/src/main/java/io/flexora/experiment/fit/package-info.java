/** Checks that the parts of an experiment fit together and keep their contracts. */
package io.flexora.experiment.fit;
