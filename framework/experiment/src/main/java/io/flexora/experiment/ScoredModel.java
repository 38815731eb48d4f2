package io.flexora.experiment;

import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.runstore.EvaluationFolder;
import io.flexora.runstore.MetricsJson;
import io.flexora.runstore.Provenance;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well a model does that was not trained for it.
 *
 * @param subject which model it is
 * @param split the rows that were scored
 * @param layers the layers with an adapter
 * @param adapterParameters the parameters of its adapters and its head
 * @param evaluation the metrics and predictions
 * @param seconds the time that scoring took
 * @param provenance what computed it, on what
 * @since 0.1
 */
public record ScoredModel(
    Subject subject,
    Split split,
    List<Integer> layers,
    long adapterParameters,
    Evaluation evaluation,
    double seconds,
    Provenance provenance) {

  /** Copies the list. */
  public ScoredModel {
    layers = List.copyOf(layers);
  }

  /** The outcome without its predictions. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subject", subject.name());
    if (subject instanceof Subject.Adapter adapter) {
      json.put("adapter", adapter.folder().toString());
    } else if (subject instanceof Subject.Trained trained) {
      json.put("run", trained.run().toString());
    }
    json.put("split", split.name().toLowerCase(Locale.ROOT));
    json.put("examples", evaluation.predictions().size());
    json.put("adapted_layers", layers);
    json.put("adapter_parameters", adapterParameters);
    json.put("metrics", MetricsJson.of(evaluation.metrics()));
    json.put("deciding_metric", evaluation.deciding());
    json.put("seconds", seconds);
    json.put("provenance", provenance.toJson());
    return json;
  }

  /**
   * Writes {@code result.json} and {@code predictions.jsonl} into a folder, both or none.
   *
   * @param folder made if it is not there; an earlier outcome in it is replaced
   * @throws io.flexora.api.run.FlexoraException if it holds something else, or cannot be written
   */
  public void write(Path folder) {
    EvaluationFolder.write(folder, toJson(), evaluation.predictions());
  }
}
