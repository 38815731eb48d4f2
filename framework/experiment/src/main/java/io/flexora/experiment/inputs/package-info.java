/**
 * The data and the model of an experiment, which its cells share, and what cells keep of a model.
 */
package io.flexora.experiment.inputs;
