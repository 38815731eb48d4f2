package io.flexora.transformers.checkpoint;

import io.flexora.api.plugin.AlsoWritten;

/**
 * The type that users ask frozen layers to compute in.
 *
 * @since 0.1
 */
public enum ComputeChoice {
  /** The type that is fastest on the device. */
  AUTO,
  /** 32-bit floats. */
  @AlsoWritten({"f32", "fp32"})
  FLOAT32,
  /** Brain floats of 16 bits, for the frozen matrices. */
  @AlsoWritten("bfloat16")
  BF16,
  /** 64-bit floats. */
  @AlsoWritten({"f64", "fp64"})
  FLOAT64;

  /**
   * The type to train in.
   *
   * @param fastest finds the one that is fastest; asked if that is the choice
   */
  public ComputeType toTrain(FastestType fastest) {
    return this == AUTO ? fastest.get() : written();
  }

  /**
   * The type to score in: that of the run whose model is scored, or else bf16 on a GPU and float32
   * on a processor.
   */
  public ComputeType toScore(FastestType fastest) {
    return this == AUTO ? fastest.recalled().orElseGet(fastest::toScore) : written();
  }

  private ComputeType written() {
    return ComputeType.valueOf(name());
  }
}
