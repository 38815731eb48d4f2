package io.flexora.numerics.score;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluationContext;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Generates the answer of each example: what follows its prompt or its last question. */
final class ExampleTexts {

  /** Ends a generation at one of the texts that end it. */
  private static final class Ended extends RuntimeException {

    private static final long serialVersionUID = 1;

    Ended() {
      super(null, null, false, false);
    }
  }

  private final EvaluationContext context;
  private final GenerationOptions options;
  private final TextGenerator generator;
  private final TextTokenizer tokenizer;

  private ExampleTexts(
      EvaluationContext context,
      GenerationOptions options,
      TextGenerator generator,
      TextTokenizer tokenizer) {
    this.context = context;
    this.options = options;
    this.generator = generator;
    this.tokenizer = tokenizer;
  }

  /**
   * The texts of a context's examples.
   *
   * @param options how they are generated; empty if the evaluator does not say
   * @throws FlexoraException if the evaluator or the model cannot generate text
   */
  static ExampleTexts of(EvaluationContext context, Optional<GenerationOptions> options) {
    String user = "a metric of the evaluator";
    TextGenerator generator = context.model().require(TextGenerator.class, user);
    if (options.isEmpty() || !(context.tokenizer() instanceof TextTokenizer tokenizer)) {
      throw HasAbilities.missing(TextGenerator.class, user, "a model with a head");
    }
    return new ExampleTexts(context, options.get(), generator, tokenizer);
  }

  String of(Example example) {
    int[] prompt = prompt(example);
    int left = context.maxTokens() - prompt.length;
    if (left < 1) {
      throw new FlexoraException(
          ("the prompt of example %s has %d tokens, but the model takes %d, the generated text"
                  + " included; shorten it")
              .formatted(example.id(), prompt.length, context.maxTokens()));
    }
    List<Integer> ids = new ArrayList<>();
    try (NDManager scope = context.manager().newSubManager()) {
      generator.generate(
          scope,
          prompt,
          Point.of(context.theta()),
          new Sampling(Math.min(left, options.maxNewTokens()), 0, 1, 0, tokenizer.stopTokens()),
          id -> add(ids, id));
    } catch (Ended e) {
      // The text says where.
    }
    String text = text(ids);
    OptionalInt end = end(text);
    return end.isPresent() ? text.substring(0, end.getAsInt()) : text;
  }

  private int[] prompt(Example example) {
    int turns = example.messages().size();
    return turns == 0
        ? tokenizer.prompt(example.prompt())
        : tokenizer.prompt(example.messages().subList(0, turns - 1));
  }

  private void add(List<Integer> ids, int id) {
    ids.add(id);
    if (!options.until().isEmpty() && end(text(ids)).isPresent()) {
      throw new Ended();
    }
  }

  /** Where the first of the texts begins that end it. */
  private OptionalInt end(String text) {
    return options.until().stream().mapToInt(text::indexOf).filter(i -> i >= 0).min();
  }

  private String text(List<Integer> ids) {
    return tokenizer.text(ids.stream().mapToInt(Integer::intValue).toArray());
  }
}
