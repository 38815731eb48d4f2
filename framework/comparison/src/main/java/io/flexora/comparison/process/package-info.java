/** Cells in processes of their own: the command line of one, and what it runs. */
package io.flexora.comparison.process;
