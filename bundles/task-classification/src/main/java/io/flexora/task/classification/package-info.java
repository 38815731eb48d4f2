/** Classification of a text into one of a fixed set of classes. */
package io.flexora.task.classification;
