/** The options of a comparison: its rows, its budget, its margins and what it tunes. */
package io.flexora.comparison.setup;
