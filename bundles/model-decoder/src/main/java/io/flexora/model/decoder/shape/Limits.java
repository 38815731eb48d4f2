package io.flexora.model.decoder.shape;

import io.flexora.api.run.FlexoraException;

/** Sizes beyond which a description is damaged rather than that of a large model. */
final class Limits {
  static final int LAYERS = 4096;
  static final int EXPERTS = 4096;
  static final int WIDTH = 1 << 20;
  static final int VOCABULARY = 1 << 24;
  static final int POSITIONS = 1 << 30;

  private static final long ELEMENTS = 1L << 40;

  private Limits() {}

  /** Refuses a shape whose matrices no machine could hold. */
  static DecoderShape checked(String where, DecoderShape shape) {
    long attention = (long) shape.heads() * shape.headSize();
    long inner = shape.experts().map(e -> (long) e.count()).orElse(1L) * shape.intermediate();
    long widest = Math.max(Math.max(shape.vocabulary(), 2 * inner), 3 * attention);
    if (attention > 4L * WIDTH || widest * shape.hidden() > ELEMENTS) {
      throw new FlexoraException(
          where
              + " describes a matrix of "
              + widest
              + " x "
              + shape.hidden()
              + " numbers; it is damaged. Fetch it again");
    }
    return shape;
  }
}
