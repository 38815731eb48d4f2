/**
 * Questions with a few possible answers, asked word for word as lm-evaluation-harness asks them.
 */
package io.flexora.task.choice;
