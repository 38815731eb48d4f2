/** Comparisons of strategies, from the file to what they say. */
package io.flexora.distribution.compare;
