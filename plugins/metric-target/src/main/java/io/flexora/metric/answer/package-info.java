/** Metrics that measure an answer against the target of an example: a text or a number. */
package io.flexora.metric.answer;
