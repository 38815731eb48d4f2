/** Statistics of comparisons: paired tests, intervals, corrections and the stability of choices. */
package io.flexora.statistics;
