/** Runs the cells of an experiment in this process. */
package io.flexora.runner.local;
