/** Comparisons for minutes or hours with everything that can happen to them. */
package io.flexora.distribution.soak;
