package io.flexora.numerics.score;

import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the log-likelihood of every choice of every example in one pass, and where it is asked for
 * the text that the model generates.
 *
 * @since 0.1
 */
public final class Scorer {

  private final ScoringBatches batches;
  private final Optional<GenerationOptions> generation;

  /** A scorer that generates no texts. */
  public Scorer(ScoringBatches batches) {
    this.batches = batches;
    this.generation = Optional.empty();
  }

  /**
   * A scorer.
   *
   * @param batches they change time and memory, not the figures
   * @param generation how texts are generated where they are asked for
   */
  public Scorer(ScoringBatches batches, GenerationOptions generation) {
    this.batches = batches;
    this.generation = Optional.of(generation);
  }

  /** How much it scores at once at most. */
  public BatchLimit atOnce() {
    return batches.most();
  }

  /**
   * Scores all examples.
   *
   * @param texts whether the model is to generate a text for each example, too
   * @return one for each example, in their order
   * @throws FlexoraException if there are no examples, a score is not a number, or a text is wanted
   *     of a model that cannot generate any
   */
  public ScoredExamples score(EvaluationContext context, boolean texts) {
    List<Tokens> examples = context.examples();
    if (examples.isEmpty()) {
      throw new FlexoraException(
          "there are no examples to evaluate; give the dataset a split with at least one row");
    }
    Optional<ExampleTexts> generator =
        texts ? Optional.of(ExampleTexts.of(context, generation)) : Optional.empty();
    ScoredExample[] scored = new ScoredExample[examples.size()];
    Done done = new Done(context);
    ExampleScores.at(
        context.manager(),
        context.model(),
        examples,
        batches,
        Point.of(context.theta()),
        (indices, scores) -> {
          for (int e = 0; e < scores.length; e++) {
            int index = indices.get(e);
            scored[index] =
                scored(context.model().plan().head(), examples.get(index), scores[e], generator);
          }
          done.add(indices.size());
        });
    return new ScoredExamples(Arrays.asList(scored), context.reference());
  }

  /** A listener to the number of examples that are done. */
  private static final class Done {

    private final EvaluationContext context;
    private int examples;

    Done(EvaluationContext context) {
      this.context = context;
    }

    void add(int more) {
      examples += more;
      context.monitor().step(Progress.of(examples, context.examples().size()));
    }
  }

  private static ScoredExample scored(
      Head head, Tokens tokens, double[] scores, Optional<ExampleTexts> texts) {
    for (double score : scores) {
      if (Double.isNaN(score)) {
        throw new FlexoraException(
            ("the model's scores of example %s are not numbers; where it was trained, the training"
                    + " has diverged: lower the learning rate or clip the gradient")
                .formatted(tokens.example().id()));
      }
    }
    Prediction prediction =
        new Prediction(tokens.example().id(), head.answer(tokens.example(), scores));
    return new ScoredExample(
        tokens.example(),
        texts.map(t -> prediction.withText(t.of(tokens.example()))).orElse(prediction),
        tokens.choices().stream().map(Continuation::answerTokens).toList());
  }
}
