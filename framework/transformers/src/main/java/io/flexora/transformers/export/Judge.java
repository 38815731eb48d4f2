package io.flexora.transformers.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Computes what an export is to compute, and what it does compute once it is read again.
 *
 * @since 0.1
 */
public interface Judge {

  /**
   * The logits after the last token of each sequence, by the adapted model.
   *
   * @return {@code [sequences][vocabulary]}
   */
  double[][] adapted(List<int[]> sequences);

  /**
   * The same by a model that is loaded from files, without an adapter and in the same compute type.
   *
   * @param location a folder in Hugging Face form or a GGUF file
   * @throws IOException if it cannot be read
   */
  double[][] exported(Path location, List<int[]> sequences) throws IOException;
}
