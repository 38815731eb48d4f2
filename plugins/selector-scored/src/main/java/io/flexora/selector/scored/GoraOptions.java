package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.Optional;

/** The options of {@code gora}; the defaults are those of the authors' scripts. */
public record GoraOptions(
    @Option(
            doc =
                "importance of a module: mean, the mean of |W * G| element by element, as the"
                    + " authors' scripts have it, or frobenius, its Frobenius norm",
            byDefault = "mean")
        Importance importance,
    @Option(
            doc =
                "training examples whose gradients are averaged, one by one: a random"
                    + " sample, or all where there are fewer",
            byDefault = "32",
            min = 1)
        int examples,
    @Option(
            doc = "rank of all modules whose parameters are shared out. Default: the adapter's own",
            min = 1)
        Optional<Integer> referenceRank,
    @Option(
            doc =
                "the cost of one rank of a module in the budget. identity: its inputs plus"
                    + " outputs, which is its number of parameters; sqrt or log1p: the square"
                    + " root or log(1 + x) of that sum. With sqrt and log1p wide modules get"
                    + " more ranks, and the total may exceed the parameters at the reference"
                    + " rank",
            byDefault = "identity")
        FeaturesFunc featuresFunc,
    @Option(doc = "lowest rank of a module", byDefault = "4", min = 1) int minRank,
    @Option(doc = "highest rank of a module", byDefault = "32", min = 1) int maxRank,
    @Option(
            doc =
                "layers that are differentiated together; fewer take less memory and more passes,"
                    + " and the ranks are the same",
            byDefault = "8",
            min = 1)
        int layersTogether) {

  /** The importance of a module, by its matrix W and the mean gradient G in it. */
  public enum Importance {
    /** The mean of |W * G|. */
    MEAN,
    /** The Frobenius norm of W * G. */
    FROBENIUS
  }

  /** The share of the budget that a rank takes. */
  public enum FeaturesFunc {
    /** A rank of a module takes its parameters. */
    IDENTITY {
      @Override
      double of(int features) {
        return features;
      }
    },
    /** It takes the square root of their number. */
    SQRT {
      @Override
      double of(int features) {
        return Math.sqrt(features);
      }
    },
    /** It takes the logarithm of one more than their number. */
    LOG1P {
      @Override
      double of(int features) {
        return Math.log1p(features);
      }
    };

    /** What a rank takes of a module whose inputs and outputs are so many together. */
    abstract double of(int features);
  }

  /**
   * Checks the ranks.
   *
   * @throws IllegalArgumentException if the lowest is higher than the highest
   */
  public GoraOptions {
    if (minRank > maxRank) {
      throw OptionException.of(
          "min_rank", "min_rank: %d is higher than max_rank: %d".formatted(minRank, maxRank));
    }
  }
}
