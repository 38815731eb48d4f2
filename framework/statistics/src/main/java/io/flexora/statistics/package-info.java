/**
 * Statistics of comparisons: paired tests, intervals, corrections, power, and the stability of
 * choices.
 *
 * <p>Nothing here returns NaN: a question that the data cannot answer has an empty answer. Whatever
 * draws at random is given a seed and gives the same answer for it.
 */
package io.flexora.statistics;
