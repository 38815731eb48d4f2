package io.flexora.posterior.laplace;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@code laplace}. */
public record LaplaceOptions(
    @Option(
            doc =
                "how tokens enter the Kronecker factors: expand (each token), weighted (each"
                    + " token by the square of its gradient), reduce (each example) or last"
                    + " (only the tokens that the prediction is read from)",
            byDefault = "expand")
        TokenRule factors,
    @Option(
            doc = "layers whose adapters are uncertain: all adapted layers, or only the last",
            byDefault = "all")
        UncertainLayers layers,
    @Option(
            doc =
                "precision of the prior; chosen by prior_precision_method where it is not written",
            min = 0,
            minExclusive = true)
        Optional<Double> priorPrecision,
    @Option(
            doc =
                "what chooses the precision of the prior: evidence (the marginal likelihood of the"
                    + " training examples) or validation (the mean negative log-likelihood of the"
                    + " validation examples)",
            byDefault = "evidence")
        PriorPrecisionMethod priorPrecisionMethod,
    @Option(
            doc =
                "predictive distribution: mc (mean of sampled softmax values) or probit"
                    + " (closed form, from the variances)",
            byDefault = "mc")
        Averaging predictive,
    @Option(doc = "samples of mc for each example", byDefault = "1000", min = 1) int samples,
    @Option(
            doc = "side of a factor above which it is kept in low rank",
            byDefault = "2048",
            min = 0)
        int lowRankAbove,
    @Option(doc = "rank of a factor that is kept in low rank", byDefault = "10", min = 1) int rank,
    @Option(
            doc =
                "how a factor of low rank is found: incremental (example by example) or truncated"
                    + " (from the whole factor, which takes its memory)",
            byDefault = "incremental")
        LowRankMethod lowRankMethod,
    @Option(
            doc = "batch size of per-example gradients, in the fit and in predictions",
            byDefault = "8",
            min = 1)
        int batchSize) {

  /** The adapted layers that are uncertain. */
  enum UncertainLayers {
    ALL,
    LAST
  }

  /** A method that chooses the precision of the prior. */
  enum PriorPrecisionMethod {
    EVIDENCE,
    VALIDATION
  }

  /** What is kept of the factors. */
  FactorRanks ranks() {
    return new FactorRanks(lowRankAbove, rank, lowRankMethod);
  }

  /** Whether validation examples choose the precision of the prior. */
  boolean tunesOnValidation() {
    return priorPrecision.isEmpty() && priorPrecisionMethod == PriorPrecisionMethod.VALIDATION;
  }
}
