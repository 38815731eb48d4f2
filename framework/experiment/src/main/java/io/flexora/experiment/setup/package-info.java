/** The options of an experiment, and the installed extensions and services that they choose. */
package io.flexora.experiment.setup;
