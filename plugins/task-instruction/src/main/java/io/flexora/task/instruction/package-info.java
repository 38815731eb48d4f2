/** Instructions and conversations whose answers a model learns to produce. */
package io.flexora.task.instruction;
