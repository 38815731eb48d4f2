package io.flexora.experiment.use;

import java.nio.file.Path;

/**
 * A model of an experiment that is used without training it.
 *
 * @since 0.1
 */
public sealed interface EvaluationTarget {

  /** What it is called where it is shown. */
  String name();

  /** The pretrained model as it is. */
  record Base() implements EvaluationTarget {

    @Override
    public String name() {
      return "base";
    }
  }

  /** The pretrained model with adapters, which can be saved. */
  sealed interface Adapted extends EvaluationTarget {}

  /**
   * The pretrained model with an adapter that was made elsewhere, in PEFT's format or LoRA in
   * llama.cpp's.
   *
   * @param folder the folder with {@code adapter_config.json} and {@code
   *     adapter_model.safetensors}, or a GGUF file
   */
  record Adapter(Path folder) implements Adapted {

    @Override
    public String name() {
      return "adapter";
    }
  }

  /**
   * The trained model of a cell of a run.
   *
   * @param run the run's folder
   * @param cell the cell, such as {@code main}
   */
  record Trained(Path run, String cell) implements Adapted {

    @Override
    public String name() {
      return cell;
    }
  }
}
