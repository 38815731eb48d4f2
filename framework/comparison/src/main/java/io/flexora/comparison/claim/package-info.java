/** Claims about strategies: written before their comparison runs, and decided by it. */
package io.flexora.comparison.claim;
