/**
 * The cells of a comparison before they run: their fit, their costs, and what is known of cells
 * like them.
 */
package io.flexora.comparison.plan;
