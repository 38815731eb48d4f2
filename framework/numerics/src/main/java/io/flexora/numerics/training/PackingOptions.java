package io.flexora.numerics.training;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.Optional;

/**
 * Batches by tokens in place of examples. No model computes padding for them, and none lets an
 * example see another, so the losses are the same as without.
 *
 * @param packing whether batches are filled by tokens
 * @param batchTokens the most tokens of a batch
 * @since 0.1
 */
public record PackingOptions(
    @Option(
            doc =
                "packing: fill each batch with as many examples as fit into batch_tokens,"
                    + " instead of per_device_train_batch_size examples. Examples do not"
                    + " attend to one another",
            byDefault = "false")
        boolean packing,
    @Option(
            doc =
                "tokens of a packed batch; by default per_device_train_batch_size times the longest"
                    + " example",
            min = 1)
        Optional<Integer> batchTokens) {

  /** Batches by examples. */
  public static final PackingOptions NONE = new PackingOptions(false, Optional.empty());

  /**
   * Checks that there are no tokens without packing.
   *
   * @throws IllegalArgumentException if batch_tokens is given and packing is not
   */
  public PackingOptions {
    if (batchTokens.isPresent() && !packing) {
      throw OptionException.of(
          "batch_tokens",
          "batch_tokens is %d, which counts with packing: true alone".formatted(batchTokens.get()));
    }
  }
}
