/** The cells of a comparison: their names, their configurations, and what their folders tell. */
package io.flexora.comparison.cell;
