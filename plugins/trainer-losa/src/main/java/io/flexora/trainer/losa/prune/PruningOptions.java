package io.flexora.trainer.losa.prune;

import io.flexora.api.plugin.Option;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Optional;

/** The options of pruning a model. */
public record PruningOptions(
    @Option(
            doc =
                "which weights are pruned: magnitude (the smallest), wanda (the smallest"
                    + " products of weight and input norm) or sparsegpt (the weights that"
                    + " matter least to the outputs; the remaining weights are updated to"
                    + " compensate)",
            byDefault = "wanda")
        Criterion pruning,
    @Option(
            doc = "share of each matrix that is pruned, in the end and on average over the layers",
            byDefault = "0.5",
            min = 0,
            max = 1,
            maxExclusive = true)
        double sparsity,
    @Option(
            doc =
                "among which numbers magnitude and wanda compare: those of a row, or of the whole"
                    + " matrix",
            byDefault = "row")
        RankedGroup pruningGroup,
    @Option(
            doc =
                "prune in a pattern, such as 2:4: two of every four neighbours in a row are"
                    + " kept. sparsity must then match the pattern, and is the same in all"
                    + " layers")
        Optional<String> sparsityPattern,
    @Option(
            doc = "modules to prune in each layer; empty for all that can be adapted",
            byDefault = "[]")
        List<String> prunedModules,
    @Option(
            doc = "calibration rows, made of training examples one after the other",
            byDefault = "64",
            min = 1)
        int calibrationRows,
    @Option(doc = "tokens of a calibration row", byDefault = "256", min = 2) int calibrationTokens,
    @Option(doc = "batch size of the calibration", byDefault = "4", min = 1)
        int calibrationBatchSize) {

  /** The criterion by which numbers are pruned. */
  public enum Criterion {
    /** The magnitude of a number. */
    MAGNITUDE,
    /** Sun et al. 2023: magnitude times the norm of the input. */
    WANDA,
    /** Frantar and Alistarh 2023: the error of the outputs, with compensation. */
    SPARSEGPT
  }

  /** The numbers that compete with each other. */
  public enum RankedGroup {
    /** Those of an output. */
    ROW,
    /** All. */
    MATRIX
  }

  /** Copies the list. */
  public PruningOptions {
    prunedModules = List.copyOf(prunedModules);
  }

  /**
   * Refuses a pattern that cannot be pruned to.
   *
   * @throws FlexoraException if it is none, or the sparsity is not what it leaves
   */
  public void requirePattern() {
    var unused = Pattern.of(this);
  }
}
