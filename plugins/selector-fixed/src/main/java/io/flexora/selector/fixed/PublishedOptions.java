package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** The options of {@code published}. */
public record PublishedOptions(
    @Option(doc = "the model that the layers were found for") Model model,
    @Option(
            doc =
                "the task that they were found for, or random for the lists drawn at random that the"
                    + " ablation of the number of layers compares with")
        Task task,
    @Option(
            doc =
                "the list of the ablation of the number of layers with so many: 6, 12, 18 or 24;"
                    + " when not written, the layers that the search found",
            min = 1)
        Optional<Integer> layers) {

  /** A model for which layers were published. */
  public enum Model {
    /** Llama 3 8B. */
    LLAMA3_8B,
    /** ChatGLM3 6B. */
    CHATGLM3_6B,
    /** Mistral 7B. */
    MISTRAL_7B,
    /** Llama 2 7B. */
    LLAMA2_7B,
    /** LLaMA 7B. */
    LLAMA_7B
  }

  /** A task for which layers were published. */
  public enum Task {
    /** HellaSwag. */
    HELLASWAG,
    /** PIQA. */
    PIQA,
    /** WinoGrande. */
    WINOGRANDE,
    /** RACE. */
    RACE,
    /** CommonsenseQA. */
    COMMONSENSE_QA,
    /** PubMedQA. */
    PUBMEDQA,
    /** Drawn at random. */
    RANDOM
  }

  /**
   * Checks that there is such a list.
   *
   * @throws IllegalArgumentException if there is none; the message names those that there are
   */
  public PublishedOptions {
    PublishedLists.all().of(model, task, layers);
  }
}
