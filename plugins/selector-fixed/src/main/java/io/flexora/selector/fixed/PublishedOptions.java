package io.flexora.selector.fixed;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.List;
import java.util.Optional;

/** The options of {@code published}. */
public record PublishedOptions(
    @Option(doc = "the model for which the layers were published") Model model,
    @Option(
            doc =
                "the task that they were found for, or random for the lists drawn at random that"
                    + " the ablation of the number of layers compares with")
        Task task,
    @Option(
            doc =
                "list of the ablation over the number of layers, by that number: 6, 12, 18 or"
                    + " 24; in place of variant",
            min = 1)
        Optional<Integer> layers,
    @Option(
            doc =
                "which published list. Of Flexora's authors: found by the search; by a second-run;"
                    + " with the given number of samples; with dora or rslora in place of LoRA; of"
                    + " the baselines lora-drop and random. Of the authors of CKA layer selection:"
                    + " cka. Default: found, or cka where only they have the task; none if layers"
                    + " is given")
        Optional<Variant> variant) {

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
    LLAMA_7B,
    /** Gemma 7B. */
    GEMMA_7B,
    /** Vicuna 7B. */
    VICUNA_7B,
    /** Zephyr 7B. */
    ZEPHYR_7B,
    /** Yi 6B. */
    YI_6B,
    /** XuanYuan 6B. */
    XUANYUAN_6B,
    /** Qwen 7B. */
    QWEN_7B,
    /** Baichuan 7B. */
    BAICHUAN_7B,
    /** DeBERTaV3 base. */
    DEBERTA_V3_BASE,
    /** RoBERTa base. */
    ROBERTA_BASE,
    /** LLaVA 1.5 7B. */
    LLAVA_1_5_7B
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
    /** CoLA of GLUE. */
    COLA,
    /** MNLI of GLUE. */
    MNLI,
    /** MRPC of GLUE. */
    MRPC,
    /** QNLI of GLUE. */
    QNLI,
    /** QQP of GLUE. */
    QQP,
    /** RTE of GLUE. */
    RTE,
    /** SST-2 of GLUE. */
    SST2,
    /** STS-B of GLUE. */
    STSB,
    /** Mathematical questions. */
    MATH,
    /** Programs in Python. */
    PYTHON,
    /** ScienceQA. */
    SCIENCEQA,
    /** Drawn at random. */
    RANDOM
  }

  /** A variant of a published list, by what it was found by or drawn for. */
  public enum Variant {
    /** The search. */
    FOUND,
    /** A second run of the search. */
    SECOND_RUN,
    /** The search on 1000 samples. */
    SAMPLES_1000,
    /** The search on 2000 samples. */
    SAMPLES_2000,
    /** The search on 5000 samples. */
    SAMPLES_5000,
    /** The search on 10000 samples. */
    SAMPLES_10000,
    /** The search with DoRA. */
    DORA,
    /** The search with rsLoRA. */
    RSLORA,
    /** LoRA-drop. */
    LORA_DROP,
    /** CKA, by its own authors. */
    CKA,
    /** The first draw of as many layers at random. */
    RANDOM_0,
    /** The second. */
    RANDOM_1,
    /** The third. */
    RANDOM_2
  }

  /**
   * Checks that there is such a list.
   *
   * @throws IllegalArgumentException if there is none, the message names those that there are; or
   *     if both a number of layers and a variant are given
   */
  public PublishedOptions {
    if (layers.isPresent() && variant.isPresent()) {
      throw OptionException.of(
          "variant",
          "layers and variant are both written, but name different lists: %d layers of the"
                  .formatted(layers.get())
              + " ablation, or %s; write one of them"
                  .formatted(PublishedLists.word(variant.get())));
    }
    PublishedLists lists = PublishedLists.all();
    lists.of(model, task, list(lists, model, task, layers, variant));
  }

  /** The layers of the list that is meant. */
  List<Integer> chosen(PublishedLists lists) {
    return lists.of(model, task, list(lists, model, task, layers, variant));
  }

  private static String list(
      PublishedLists lists,
      Model model,
      Task task,
      Optional<Integer> layers,
      Optional<Variant> variant) {
    return layers
        .map(String::valueOf)
        .or(() -> variant.map(PublishedLists::word))
        .orElseGet(() -> lists.unnamed(model, task));
  }
}
