package io.flexora.runstore;

import io.flexora.api.evaluate.Prediction;
import io.flexora.files.durable.DurableFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outcome of an evaluation that belongs to no run, on the disk: {@code result.json} and {@code
 * predictions.jsonl}.
 *
 * @since 0.1
 */
public final class EvaluationFolder {

  private static final String RESULT = "result.json";

  private EvaluationFolder() {}

  /**
   * Writes both files or none.
   *
   * @param result the content of {@code result.json}
   * @throws io.flexora.api.run.FlexoraException if the folder holds anything else, or cannot be
   *     written; it is then as it was
   */
  public static void write(Path folder, Map<String, ?> result, List<Prediction> predictions) {
    TargetFolder.prepare(folder, Set.of(RESULT, PredictionsFile.NAME));
    DurableFolder.write(
        folder,
        staging -> {
          staging.write(PredictionsFile.NAME, out -> PredictionsFile.write(out, predictions));
          byte[] text = Json.text(PlainValue.map(result)).getBytes(StandardCharsets.UTF_8);
          staging.write(RESULT, out -> out.write(text));
        });
  }
}
