/** Measures a classification by the scores of its classes. */
package io.flexora.evaluator.classification;
