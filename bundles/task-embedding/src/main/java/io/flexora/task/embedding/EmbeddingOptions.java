package io.flexora.task.embedding;

import io.flexora.api.head.Head;
import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Optional;

/** The options of {@link EmbeddingTask}. */
public record EmbeddingOptions(
    @Option(
            doc =
                "The text that is searched for: the name of a field, or a template with fields in"
                    + " braces such as 'query: {question}' ('{{' and '}}' stand for single braces).",
            byDefault = "query")
        String query,
    @Option(
            doc = "The text that is to be found: the name of a field, or a template as for query.",
            byDefault = "positive")
        String positive,
    @Option(
            doc =
                "Texts that are not to be found although they are close (hard negatives): names of"
                    + " fields, or templates as for query.",
            byDefault = "[]",
            aliases = "negative")
        List<String> negatives,
    @Option(
            doc =
                "The name of the field with the similarity of query and positive, which the losses"
                    + " cosent and cosine learn: the larger, the more alike. Without it each row is"
                    + " a pair that belongs together.")
        Optional<String> score,
    @Option(
            doc =
                "The loss: 'multiple_negatives_ranking' tells the positive of a query from the"
                    + " positives of the other rows of its batch, and from all negatives; 'cosent'"
                    + " orders the pairs of a batch by score; 'cosine' is the squared difference of"
                    + " cosine and score.",
            byDefault = "multiple_negatives_ranking")
        Loss loss,
    @Option(
            doc = "The factor of cosines in multiple_negatives_ranking and cosent.",
            byDefault = "20",
            min = 1e-9)
        double scale,
    @Option(
            doc =
                "Matryoshka representation learning: the lengths to which vectors may be"
                    + " truncated. The loss is the sum of the losses of the truncated vectors."
                    + " Empty for whole vectors only.",
            byDefault = "[]",
            min = 1)
        List<Integer> matryoshkaDims,
    @Option(
            doc =
                "Pooling of the states of a text into its vector: that of the model ('model'), the"
                    + " first token's state ('cls'), or the mean over the tokens ('mean').",
            byDefault = "model")
        Pooling pooling,
    @Option(
            doc =
                "Scale vectors to length 1, so that their product is the cosine. Losses and metrics"
                    + " take cosines in either case.",
            byDefault = "true")
        boolean normalize) {

  /** Copies the lists. */
  public EmbeddingOptions {
    negatives = List.copyOf(negatives);
    matryoshkaDims = List.copyOf(matryoshkaDims);
  }

  /** The training losses. */
  enum Loss {
    MULTIPLE_NEGATIVES_RANKING,
    COSENT,
    COSINE;

    boolean learnsScores() {
      return this != MULTIPLE_NEGATIVES_RANKING;
    }
  }

  /** The poolings of a text. */
  enum Pooling {
    MODEL(Head.Input.POOLED),
    CLS(Head.Input.FIRST),
    MEAN(Head.Input.MEAN);

    private final Head.Input input;

    Pooling(Head.Input input) {
      this.input = input;
    }

    Head.Input input() {
      return input;
    }
  }
}
