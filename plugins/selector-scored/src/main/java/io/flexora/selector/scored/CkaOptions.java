package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.layer.KernelAlignment;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.selector.scored.measure.Docs;
import java.util.Locale;
import java.util.Optional;

/** The options of {@code cka}. */
public record CkaOptions(
    @Option(doc = Docs.LAYERS + "; the paper keeps half of them", byDefault = "same") String layers,
    @Option(
            doc =
                "the measure of change. debiased: 1 - CKA by unbiased estimates; biased: 1 -"
                    + " CKA as published, near 0 in all layers if there are fewer examples"
                    + " than hidden units; angular: the mean angle, in units of pi",
            byDefault = "debiased")
        Change change,
    @Option(
            doc =
                "number of training examples: a random sample, or all where there are fewer."
                    + " At least 4 for debiased, and 2 for biased",
            byDefault = "128",
            min = 1)
        int examples,
    @Option(
            doc =
                "what stands for an example: its first token, its last, or the mean of all."
                    + " Default: as published, the last one in a decoder, and the first one,"
                    + " which is CLS, in an encoder")
        Optional<Position> position) {

  /** What PEFT calls the task of a model whose tokens see those before them alone. */
  private static final String CAUSAL = "CAUSAL_LM";

  /** The state that stands for an example between two layers. */
  public enum Position {
    /** The state of its first token. */
    FIRST {
      @Override
      NDArray of(NDArray rows) {
        return rows.get(0).duplicate();
      }
    },
    /** The state of its last token. */
    LAST {
      @Override
      NDArray of(NDArray rows) {
        return rows.get(rows.getShape().get(0) - 1).duplicate();
      }
    },
    /** The mean state of its tokens. */
    MEAN {
      @Override
      NDArray of(NDArray rows) {
        return rows.mean(new int[] {0});
      }
    };

    /** The state {@code [hidden]} of an example with these tokens {@code [tokens, hidden]}. */
    abstract NDArray of(NDArray rows);
  }

  /** A measure of a layer's change of the hidden states. */
  public enum Change {
    /** 1 - CKA with the unbiased criterion. */
    DEBIASED(KernelAlignment.FEWEST_DEBIASED),
    /** 1 - CKA with centred states. */
    BIASED(2),
    /** The mean angle. */
    ANGULAR(1);

    private final int fewestExamples;

    Change(int fewestExamples) {
      this.fewestExamples = fewestExamples;
    }

    /** How many examples it needs. */
    int fewestExamples() {
      return fewestExamples;
    }

    private String written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the numbers of layers and of examples.
   *
   * @throws IllegalArgumentException if that of layers is neither a number nor {@code same}, or
   *     that of examples too small for the change
   */
  public CkaOptions {
    new LayerCount(layers);
    if (examples < change.fewestExamples()) {
      throw OptionException.of(
          "examples",
          "examples: %d is too few for change: %s; write examples: %d or more"
              .formatted(examples, change.written(), change.fewestExamples()));
    }
  }

  /** What stands for an example in a model: only the last token of a decoder has seen it all. */
  Position position(ModelShape model) {
    return position.orElse(model.taskType().equals(CAUSAL) ? Position.LAST : Position.FIRST);
  }
}
