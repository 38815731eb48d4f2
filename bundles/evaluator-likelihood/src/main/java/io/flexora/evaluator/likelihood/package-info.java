/**
 * Evaluators of language models: {@code multiple_choice} scores the choices of a question, {@code
 * perplexity} the answers themselves.
 */
package io.flexora.evaluator.likelihood;
