/** The result of a comparison, read from its folder. */
package io.flexora.comparison.reading;
