package io.flexora.transformers.causal;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.model.ModelMemory.LongTexts;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.family.AttentionShape;
import io.flexora.transformers.family.CausalDescription;

/** The activations that a decoder's layer keeps for its backward pass. */
final class KeptByLayer {

  /**
   * Its second derivative is that of a sigmoid, products and sums, which keep about so many arrays
   * of the width between the modules of the MLP.
   */
  private static final long GATED_ACTIVATION = 8;

  /** From about so many rows on, the fused attention is as fast as that of plain products. */
  private static final int FUSED_ROWS = 256;

  private KeptByLayer() {}

  /** From how many tokens of a text on its attention does not hold a number for each pair. */
  static int fusedRows(AttentionShape attention) {
    return attention.scoreCap().isPresent() ? Integer.MAX_VALUE : FUSED_ROWS;
  }

  /**
   * Counts inputs and outputs. Around the attention they are the hidden states four times (input
   * and sum of both halves), queries and context, keys and values; in the MLP, of each output the
   * sum itself and what the activation makes of it, the last of which the module behind it reads.
   * Norms read float32. The fused attention reads keys and values for each head. Experts read the
   * rows of their tokens, and their outputs are weighted, for each expert of a token.
   */
  static ModelMemory.Layer of(CausalDescription described, ComputeType type) {
    AttentionShape attention = described.attention();
    long hidden = described.hidden();
    long queries = (long) attention.heads() * attention.headSize();
    long keys = (long) attention.keyValueHeads() * attention.headSize();
    long outputs = described.modules().stream().mapToLong(ModuleShape::outputs).sum();
    long sparse = described.experts().map(e -> (long) e.chosen() * e.width()).orElse(0L);
    long routed =
        described.experts().map(e -> 3L * e.chosen() * hidden + 2L * e.count()).orElse(0L);
    long widened = sparse > 0 ? 2 * sparse : Math.max(0, outputs - queries - 2 * keys - 2 * hidden);
    long numbers = 4 * hidden + 2 * queries + 2 * keys + 2 * widened + routed;
    long norms = type == ComputeType.BF16 ? 2 * hidden * Float.BYTES : 0;
    long inner =
        sparse > 0
            ? sparse
            : described.modules().stream().mapToLong(ModuleShape::inputs).max().orElse(0);
    long activation = widened > inner ? GATED_ACTIVATION * inner * type.bytes() : 0;
    long scores = attention.scoreCap().isPresent() ? 2 : 1;
    return new ModelMemory.Layer(
        numbers * type.bytes() + norms,
        scores * attention.heads() * type.bytes(),
        activation,
        new LongTexts(fusedRows(attention), 2 * queries * type.bytes()));
  }
}
