package io.flexora.api.plugin;

/**
 * The part of a cell that an option moves. Cells whose options are equal in a part share it, and a
 * folder goes on where only options differ that move nothing.
 *
 * @since 0.1
 */
public enum Effect {

  /** The pretrained model. */
  MODEL,

  /** The examples of trainings and searches. */
  DATA,

  /** The choice of layers. */
  SEARCH,

  /** The training of the chosen layers. */
  TRAINING,

  /** The evaluation of what is trained. */
  EVALUATION,

  /** No number: devices, threads, memory, time limits of processes, reports, names and folders. */
  NOTHING
}
