/** Results of selectors in comparisons elsewhere, as their bundles state them. */
package io.flexora.results.benchmark;
