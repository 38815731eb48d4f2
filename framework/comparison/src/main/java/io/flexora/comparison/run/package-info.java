/** The cells of a comparison as they run: their order, their ledger, and the time that is left. */
package io.flexora.comparison.run;
