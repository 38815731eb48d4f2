/** Commands that use the model of an experiment or a run. */
package io.flexora.cli.model;
