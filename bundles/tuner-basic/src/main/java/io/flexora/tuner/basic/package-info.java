/** Tuners that build no model of what they tune. */
package io.flexora.tuner.basic;
