package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerStep;

/** The theta around which {@code sama} compares gradients. */
public enum PerturbedTheta {
  /** The point at which the last inner step began. */
  BEFORE_LAST_STEP {
    @Override
    NDArray of(InnerStep last, InnerPosition end) {
      return last.at().theta();
    }
  },
  /** The point at which the last inner step ended. */
  AFTER_LAST_STEP {
    @Override
    NDArray of(InnerStep last, InnerPosition end) {
      return end.at().theta();
    }
  };

  abstract NDArray of(InnerStep last, InnerPosition end);
}
