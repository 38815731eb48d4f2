package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.Optional;

/** The options of {@code all}. */
public record AllOptions(
    @Option(
            doc =
                "the rank of the adapters, in place of the adapter's own: a number, or 'same' for"
                    + " the ranks with which all layers together have as many parameters as the"
                    + " experiment's main selector chose or the comparison's budget holds equal;"
                    + " where that is no whole rank, modules spread evenly have one rank more")
        Optional<String> rank,
    @Option(
            doc =
                "with rank: refuse an adapter whose products would be scaled otherwise than at its"
                    + " own rank, which compares two scales and not two ranks. lora keeps its scale"
                    + " with adjust_scaling_factors: true",
            byDefault = "true")
        boolean keepScale) {

  static final String SAME = "same";

  /**
   * Checks the rank.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}
   */
  public AllOptions {
    rank.ifPresent(
        written ->
            OptionException.require(
                "rank",
                written.equals(SAME) || written.matches("[1-9]\\d{0,5}"),
                written,
                "neither a rank, such as 4, nor 'same'"));
  }
}
