/** What is tuned in the cells of each row, and the trials of a cell. */
package io.flexora.comparison.tuning;
