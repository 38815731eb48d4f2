package io.flexora.experiment.use;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.head.Head;
import io.flexora.api.input.TextTokenizer;
import io.flexora.api.plan.Point;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.inputs.ExperimentInputs;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Lets a model go on with a text. */
public final class TextGeneration {

  private static final double NANOS = 1e9;

  private final String backend;
  private final ExperimentInputs inputs;

  /** Makes the generation of an experiment. */
  public TextGeneration(String backend, ExperimentInputs inputs) {
    this.backend = backend;
    this.inputs = inputs;
  }

  /**
   * A request as the model takes it.
   *
   * @param prompt the tokens to go on from
   * @param sampling the choice of tokens
   * @param stops the texts that end the answer
   */
  record Prepared(PromptTokens prompt, Sampling sampling, List<String> stops) {}

  /** The end of a text at one of the texts that end it. */
  private static final class StopException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StopException() {
      super(null, null, false, false);
    }
  }

  /**
   * Opens a model, and generates a text.
   *
   * @param listener hears of each piece as it comes, in whole characters
   */
  public GeneratedText generate(
      EvaluationTarget subject,
      AdapterImport adapters,
      GenerationRequest request,
      BooleanSupplier cancelled,
      Consumer<String> listener) {
    // Before the weights are loaded.
    Prepared prepared = prepare(request);
    try (OpenedModel opened = OpenedModel.open(subject, inputs, adapters, Head.NONE)) {
      return generate(opened, prepared, cancelled, listener);
    }
  }

  /** Makes the tokens of a request; none of the weights is needed. */
  Prepared prepare(GenerationRequest request) {
    TextTokenizer tokenizer = tokenizer();
    PromptTokens prompt = PromptTokens.of(request, tokenizer);
    return new Prepared(prompt, sampling(request, prompt, tokenizer), request.stops());
  }

  private TextTokenizer tokenizer() {
    if (inputs.pretrained().tokenizer() instanceof TextTokenizer tokenizer) {
      return tokenizer;
    }
    throw cannot();
  }

  /** Generates a text, and tells each piece as it comes, in whole characters. */
  GeneratedText generate(
      OpenedModel opened, Prepared prepared, BooleanSupplier cancelled, Consumer<String> listener) {
    TextGenerator generator = opened.model().ability(TextGenerator.class).orElseThrow(this::cannot);
    StoppedText whole = new StoppedText(prepared.stops(), listener);
    IncrementalText text = new IncrementalText(tokenizer()::text, whole::add);
    int[] tokens = {0};
    long began = System.nanoTime();
    try (NDManager scope = opened.manager().newSubManager()) {
      generator.generate(
          scope,
          prepared.prompt().ids(),
          Point.of(opened.theta()),
          prepared.sampling(),
          id -> {
            tokens[0]++;
            told(text, id, cancelled);
            if (whole.isStopped()) {
              throw new StopException();
            }
          });
      text.end();
    } catch (StopException e) {
      // The text is whole.
    } catch (CancelledException e) {
      whole.end();
      throw e;
    }
    whole.end();
    return new GeneratedText(
        whole.toString(),
        prepared.prompt().chat(),
        prepared.prompt().ids().length,
        tokens[0],
        whole.isStopped() || tokens[0] < prepared.sampling().maxTokens(),
        (System.nanoTime() - began) / NANOS);
  }

  private static void told(IncrementalText text, int id, BooleanSupplier cancelled) {
    if (cancelled.getAsBoolean()) {
      text.end();
      throw new CancelledException();
    }
    text.add(id);
  }

  private Sampling sampling(
      GenerationRequest request, PromptTokens prompt, TextTokenizer tokenizer) {
    int left = inputs.pretrained().shape().maxTokens() - prompt.ids().length;
    if (left < 1) {
      throw new FlexoraException(
          "the prompt has %d tokens, but max_tokens of the model is %d, the answer included; shorten it, or raise the option"
              .formatted(prompt.ids().length, inputs.pretrained().shape().maxTokens()));
    }
    return new Sampling(
        Math.min(request.maxTokens(), left),
        request.temperature(),
        request.topP(),
        request.seed(),
        tokenizer.stopTokens());
  }

  private FlexoraException cannot() {
    return new FlexoraException(
        ("model '%s' (%s) cannot generate text; that is for language models, such as those of"
                + " model 'decoder'")
            .formatted(backend, inputs.pretrained().shape().family()));
  }
}
