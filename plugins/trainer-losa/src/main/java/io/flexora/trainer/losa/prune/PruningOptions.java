package io.flexora.trainer.losa.prune;

import io.flexora.api.plugin.Option;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Optional;

/** The options of pruning a model. */
public record PruningOptions(
    @Option(
            doc =
                "what is pruned: magnitude (the smallest numbers), wanda (the smallest numbers times"
                    + " the norm of their input) or sparsegpt (what matters least to the outputs, and"
                    + " the numbers that are kept make up for it)",
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
                "prune in a pattern, such as 2:4: of every four neighbours in a row two are kept;"
                    + " sparsity then has to be what the pattern leaves, and is the same in all layers")
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
    @Option(doc = "calibration rows that go through the model at once", byDefault = "4", min = 1)
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
