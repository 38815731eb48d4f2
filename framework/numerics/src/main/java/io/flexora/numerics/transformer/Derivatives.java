package io.flexora.numerics.transformer;

import ai.djl.Device;

/** The order of derivatives of a model's text, which decides its operations. */
enum Derivatives {
  /** Once: operations whose second derivative is slow or does not exist may be used. */
  FIRST,
  /** Twice. */
  SECOND;

  /** Whether products with frozen matrices are taken as convolutions on a device. */
  boolean convolve(Device device) {
    return this == FIRST && Convolutions.pay(device);
  }

  /** Whether products without a derivative are oneDNN's on a device. */
  boolean oneDnn(Device device) {
    return this == FIRST && Convolutions.isOneDnnFaster(device);
  }

  /** Whether operations may be used that have a first derivative alone. */
  boolean once() {
    return this == FIRST;
  }
}
