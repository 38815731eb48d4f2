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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Lets a model go on with a text. */
public final class TextGeneration {

  private static final double NANOS = 1e9;

  private final String backend;
  private final ExperimentInputs inputs;
  private final AdapterImport adapters;
  private final BooleanSupplier cancelled;

  /** Makes the generation of an experiment. */
  public TextGeneration(
      String backend, ExperimentInputs inputs, AdapterImport adapters, BooleanSupplier cancelled) {
    this.backend = backend;
    this.inputs = inputs;
    this.adapters = adapters;
    this.cancelled = cancelled;
  }

  /** Generates a text, and tells each piece of it as it comes, in whole characters. */
  public GeneratedText generate(
      EvaluationTarget subject, GenerationRequest request, Consumer<String> listener) {
    // Before the weights are loaded.
    if (!(inputs.pretrained().tokenizer() instanceof TextTokenizer tokenizer)) {
      throw cannot();
    }
    PromptTokens prompt = PromptTokens.of(request, tokenizer);
    Sampling sampling = sampling(request, prompt, tokenizer);
    try (OpenedModel opened = OpenedModel.open(subject, inputs, adapters, Head.NONE);
        NDManager scope = opened.manager().newSubManager()) {
      TextGenerator generator =
          opened.model().ability(TextGenerator.class).orElseThrow(this::cannot);
      return generate(generator, scope, prompt, Point.of(opened.theta()), sampling, listener);
    }
  }

  private GeneratedText generate(
      TextGenerator generator,
      NDManager scope,
      PromptTokens prompt,
      Point point,
      Sampling sampling,
      Consumer<String> listener) {
    StringBuilder whole = new StringBuilder();
    IncrementalText text =
        new IncrementalText(
            ((TextTokenizer) inputs.pretrained().tokenizer())::text,
            piece -> {
              whole.append(piece);
              listener.accept(piece);
            });
    long began = System.nanoTime();
    int[] ids = generator.generate(scope, prompt.ids(), point, sampling, id -> told(text, id));
    text.end();
    return new GeneratedText(
        whole.toString(),
        prompt.chat(),
        prompt.ids().length,
        ids.length,
        ids.length < sampling.maxTokens(),
        (System.nanoTime() - began) / NANOS);
  }

  private void told(IncrementalText text, int id) {
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
