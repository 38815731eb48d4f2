package io.flexora.experiment.setup;

import io.flexora.config.option.EnumConstant;
import java.util.List;

/**
 * The kind of device that computes.
 *
 * @since 0.1
 */
public enum DeviceChoice implements EnumConstant.AlsoWritten {
  /** A GPU if there is one, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU; an error where there is none. */
  GPU;

  @Override
  public List<String> alsoWritten() {
    return this == GPU ? List.of("cuda", "cuda:0", "gpu0") : List.of();
  }
}
