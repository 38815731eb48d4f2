package io.flexora.transformers.checkpoint;

import ai.djl.Device;
import io.flexora.numerics.transformer.Bf16Units;

/** The type that users ask frozen layers to compute in. */
public enum ComputeChoice {
  /** What is fastest on the device. */
  AUTO,
  /** 32-bit floats. */
  FLOAT32,
  /** Brain floats of 16 bits, for the frozen matrices. */
  BF16,
  /** 64-bit floats. */
  FLOAT64;

  /** The type to train in: bf16 by default where the device has units for it. */
  public ComputeType toTrain(Device device) {
    return type(Bf16Units.pay(device));
  }

  /** The type to score in: bf16 by default on a GPU. */
  public ComputeType toScore(Device device) {
    return type(device.isGpu());
  }

  private ComputeType type(boolean lower) {
    return switch (this) {
      case FLOAT32 -> ComputeType.FLOAT32;
      case BF16 -> ComputeType.BF16;
      case FLOAT64 -> ComputeType.FLOAT64;
      case AUTO -> lower ? ComputeType.BF16 : ComputeType.FLOAT32;
    };
  }
}
