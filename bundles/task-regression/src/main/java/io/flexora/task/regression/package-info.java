/** Regression: a number of each text, the head that learns it, and its metrics. */
package io.flexora.task.regression;
