package io.flexora.selector.scored;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;

/** The options of {@code rdp}. */
public record RdpOptions(
    @Inline StatesOptions states,
    @Option(
            doc =
                "the layer that a corner of the trajectory stands for: out-of, the layer whose"
                    + " output it is; into, the layer that it enters",
            byDefault = "out-of")
        Side side,
    @Option(
            doc = "points of the trajectory: raw, mean states as they are; unit, at length 1",
            byDefault = "raw")
        Points points) {

  /** The layer next to a point that the point stands for. */
  public enum Side {
    /** The layer whose output it is. */
    OUT_OF,
    /** The layer whose input it is. */
    INTO
  }

  /** The form of the points. */
  public enum Points {
    /** As they are. */
    RAW,
    /** Divided by their lengths. */
    UNIT
  }
}
