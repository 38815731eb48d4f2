/** Runs the cells of a comparison in processes of their own. */
package io.flexora.runner.process;
