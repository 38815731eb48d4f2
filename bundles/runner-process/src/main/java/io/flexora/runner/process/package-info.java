/** Runs each cell of an experiment in a process of its own. */
package io.flexora.runner.process;
