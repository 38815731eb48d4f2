/** Accuracy, macro F1 and loss of a classification. */
package io.flexora.evaluator.classification;
