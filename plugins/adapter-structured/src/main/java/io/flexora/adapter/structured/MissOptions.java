package io.flexora.adapter.structured;

import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Locale;

/** The options of MiSS, by the names that PEFT gives them. */
public record MissOptions(
    @Option(
            doc = "Rows of the trained matrix, which the inputs of a module share in turn.",
            byDefault = "64",
            min = 1)
        int r,
    @Option(
            doc =
                "The form: true adds the matrix to each shard of columns; mini does so with a matrix"
                    + " of mini_r columns that the outputs share, too; bat multiplies each block of"
                    + " r by r by a matrix of its rows, too. PEFT's name.",
            byDefault = "true")
        Form initWeights,
    @Option(
            doc = "With init_weights: mini, the columns of the trained matrix.",
            byDefault = "1",
            min = 1)
        int miniR,
    @Option(
            doc = "Dropout probability of the adapter's input in training.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double missDropout,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]")
        List<String> targetModules) {

  /** The forms, as PEFT names them. */
  public enum Form {
    /** A matrix {@code [r, outputs]}. */
    TRUE,
    /** A matrix {@code [r, mini_r]}. */
    MINI,
    /** A matrix {@code [r, r]} for every r outputs. */
    BAT;

    /** The value that PEFT writes. */
    Object inPeft() {
      return this == TRUE ? (Object) true : name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list. */
  public MissOptions {
    targetModules = List.copyOf(targetModules);
  }
}
