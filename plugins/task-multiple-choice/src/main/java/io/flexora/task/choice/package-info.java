/**
 * Questions with a few possible answers, asked word for word as lm-evaluation-harness asks them, or
 * as the authors of Laplace-LoRA do.
 */
package io.flexora.task.choice;
