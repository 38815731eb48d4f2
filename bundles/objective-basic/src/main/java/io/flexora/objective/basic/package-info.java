/** What a language model learns from questions: the right answer, or the choice among answers. */
package io.flexora.objective.basic;
