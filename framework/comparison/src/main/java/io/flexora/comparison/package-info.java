/**
 * Strategies side by side: a comparison is many ordinary runs, one for each model, task, strategy
 * and seed, with a ledger of what happened to them.
 */
package io.flexora.comparison;
