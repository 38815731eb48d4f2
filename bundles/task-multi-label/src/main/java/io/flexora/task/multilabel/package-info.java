/** Multi-label classification: a set of labels of each text, its head, and its metrics. */
package io.flexora.task.multilabel;
