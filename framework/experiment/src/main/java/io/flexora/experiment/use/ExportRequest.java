package io.flexora.experiment.use;

import io.flexora.formats.peft.ServingTool;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * In which form a model is saved, and where.
 *
 * @param format {@code peft}, {@code lora}, {@code gguf-lora}, or a format of the model's backend
 * @param target the folder to write to; made if it is not there
 * @param rank the most that the LoRA of a module has, for formats of LoRA alone; empty for as much
 *     as its change needs
 * @param checked the tools for which the modules of the written adapter are counted; of formats
 *     that hold an adapter alone
 * @since 0.1
 */
public record ExportRequest(
    String format, Path target, OptionalInt rank, List<ServingTool> checked) {

  /** The adapter alone, as PEFT reads it. */
  public static final String PEFT = "peft";

  /** The adapter alone as LoRA, whatever method trained it. */
  public static final String LORA = "lora";

  /** LoRA as llama.cpp reads it, whatever method trained it. */
  public static final String GGUF_LORA = "gguf-lora";

  /** The formats that hold the adapter alone, without the weights of its model. */
  public static final List<String> ADAPTERS = List.of(PEFT, LORA, GGUF_LORA);

  /** Copies the tools. */
  public ExportRequest {
    checked = List.copyOf(checked);
  }

  /** Without a check for a tool. */
  public ExportRequest(String format, Path target, OptionalInt rank) {
    this(format, target, rank, List.of());
  }

  /** Without a limit of the rank. */
  public ExportRequest(String format, Path target) {
    this(format, target, OptionalInt.empty());
  }
}
