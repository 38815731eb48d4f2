package io.flexora.transformers.checkpoint;

import ai.djl.Device;

/**
 * The type that users ask frozen layers to compute in.
 *
 * @since 0.1
 */
public enum ComputeChoice {
  /** The type that is fastest on the device. */
  AUTO,
  /** 32-bit floats. */
  FLOAT32,
  /** Brain floats of 16 bits, for the frozen matrices. */
  BF16,
  /** 64-bit floats. */
  FLOAT64;

  /**
   * The type to train in.
   *
   * @param fastest finds the one that is fastest; asked if that is the choice
   */
  public ComputeType toTrain(FastestType fastest) {
    return this == AUTO ? fastest.get() : written();
  }

  /** The type to score in: bf16 by default on a GPU. */
  public ComputeType toScore(Device device) {
    return this == AUTO ? device.isGpu() ? ComputeType.BF16 : ComputeType.FLOAT32 : written();
  }

  private ComputeType written() {
    return ComputeType.valueOf(name());
  }
}
