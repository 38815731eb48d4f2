/** Token classification: a tag of each word, its head, and the metrics of entities. */
package io.flexora.task.tokenclassification;
