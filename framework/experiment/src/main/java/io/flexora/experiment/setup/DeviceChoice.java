package io.flexora.experiment.setup;

/**
 * Where to compute.
 *
 * @since 0.1
 */
public enum DeviceChoice {
  /** A GPU if there is one, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU; an error where there is none. */
  GPU
}
