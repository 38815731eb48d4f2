package io.flexora.transformers.checkpoint;

import io.flexora.transformers.packed.WeightFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The storage of a model's frozen matrices.
 *
 * @since 0.1
 */
public enum WeightStorage {
  /** As numbers of the compute type. */
  DENSE,
  /** As the checkpoint stores them. */
  STORED,
  /** Those of layers in four bits, as QLoRA has them; the others as stored. */
  NF4,
  /** Those of layers in eight bits with a scale for each row; the others as stored. */
  INT8;

  /** Whether matrices may be unpacked layer by layer. */
  public boolean packs() {
    return this != DENSE;
  }

  /** The format in which matrices of layers are quantised as they are loaded. */
  Optional<WeightFormat> quantises() {
    return switch (this) {
      case DENSE, STORED -> Optional.empty();
      case NF4 -> Optional.of(WeightFormat.FOUR_BIT_NESTED);
      case INT8 -> Optional.of(WeightFormat.INT8_ROWS);
    };
  }

  /** Whether matrices of layers are quantised as they are loaded. */
  public boolean requantises() {
    return quantises().isPresent();
  }

  /** The name, as options have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
