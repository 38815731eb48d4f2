package io.flexora.experiment.setup;

import io.flexora.api.plugin.AlsoWritten;

/**
 * The kind of device that computes.
 *
 * @since 0.1
 */
public enum DeviceChoice {
  /** A GPU if there is one, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU; an error where there is none. */
  @AlsoWritten({"cuda", "cuda:0", "gpu0"})
  GPU
}
