package io.flexora.selector.flexora;

import io.flexora.api.plan.GateIndex;
import java.util.List;

/** The form of gates: how they follow from alpha. */
public enum GateForm {
  /** In each softmax of k gates, {@code k softmax(alpha)}. */
  SOFTMAX {
    @Override
    List<Double> values(GateIndex index, List<Double> alpha) {
      return index.values(alpha);
    }
  },
  /** Each gate on its own, from 0 to 1: {@link HardConcrete}. */
  HARD_CONCRETE {
    @Override
    List<Double> values(GateIndex index, List<Double> alpha) {
      return alpha.stream().map(HardConcrete::gate).toList();
    }
  };

  /** The gates, without noise. */
  abstract List<Double> values(GateIndex index, List<Double> alpha);
}
