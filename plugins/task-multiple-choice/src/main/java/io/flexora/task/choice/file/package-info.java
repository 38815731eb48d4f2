/** Task files of lm-evaluation-harness. */
package io.flexora.task.choice.file;
