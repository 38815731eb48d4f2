/**
 * From the cells of a comparison to what it says: means, paired differences, tests, stability,
 * fronts and sentences.
 */
package io.flexora.comparison.analysis;
