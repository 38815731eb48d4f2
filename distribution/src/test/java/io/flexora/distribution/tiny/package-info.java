/** A run small enough to be done many times in a test, and the program to run it with. */
package io.flexora.distribution.tiny;
