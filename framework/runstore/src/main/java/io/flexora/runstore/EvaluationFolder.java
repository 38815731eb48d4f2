package io.flexora.runstore;

import io.flexora.api.evaluate.Prediction;
import io.flexora.files.durable.DurableFolder;
import io.flexora.results.run.EvaluationResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
  public static void write(Path folder, EvaluationResult result, List<Prediction> predictions) {
    TargetFolder.prepare(folder, Set.of(RESULT, CellFolder.PREDICTIONS));
    DurableFolder.write(
        folder,
        staging -> {
          staging.write(CellFolder.PREDICTIONS, out -> PredictionLines.write(predictions, out));
          byte[] text = RecordJson.sealed(result).getBytes(StandardCharsets.UTF_8);
          staging.write(RESULT, out -> out.write(text));
        });
  }

  /**
   * Reads what was written.
   *
   * @throws io.flexora.api.run.FlexoraException if there is none, or it is malformed
   */
  public static EvaluationResult read(Path folder) {
    return RecordJson.read(
        folder.resolve(RESULT),
        EvaluationResult.class,
        "the result of an evaluation",
        "evaluate the model again");
  }
}
