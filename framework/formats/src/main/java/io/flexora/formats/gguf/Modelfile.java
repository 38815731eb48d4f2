package io.flexora.formats.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The Modelfile beside an exported GGUF file: the input of {@code ollama create}, with the command
 * of llama.cpp as a comment.
 *
 * @since 0.1
 */
public final class Modelfile {

  /** The name of the file. */
  public static final String NAME = "Modelfile";

  private Modelfile() {}

  /**
   * The Modelfile of a whole model.
   *
   * @param file the name of the GGUF file in the same folder
   */
  public static byte[] ofModel(String file) {
    return text(
        """
        # Ollama:    ollama create NAME -f Modelfile
        # llama.cpp: llama-cli -m %1$s
        FROM ./%1$s
        """
            .formatted(file));
  }

  /**
   * The Modelfile of a LoRA adapter.
   *
   * @param base the model of the adapter: the path of a GGUF file or of a folder, or a name
   * @param file the name of the adapter's GGUF file in the same folder
   */
  public static byte[] ofAdapter(String base, String file) {
    return text(
        """
        # Ollama:    ollama create NAME -f Modelfile
        # llama.cpp: llama-cli -m BASE.gguf --lora %2$s
        # FROM is the model of the adapter: its GGUF file, its folder, or its name in Ollama.
        FROM %1$s
        ADAPTER ./%2$s
        """
            .formatted(base, file));
  }

  private static byte[] text(String lines) {
    return lines.getBytes(UTF_8);
  }
}
