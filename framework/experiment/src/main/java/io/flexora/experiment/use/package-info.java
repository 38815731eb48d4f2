/** Models in use: scores, answers, texts, and adapters that are read and exported. */
package io.flexora.experiment.use;
