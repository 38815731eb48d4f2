package io.flexora.runstore;

import io.flexora.api.evaluate.Prediction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Predictions as lines of JSON. */
final class PredictionsFile {

  static final String NAME = "predictions.jsonl";
  private static final String METRICS = "metrics";
  private static final String TEXT = "text";

  private PredictionsFile() {}

  static void write(OutputStream out, List<Prediction> predictions) throws IOException {
    for (Prediction prediction : predictions) {
      out.write(Json.line(json(prediction)));
      out.write('\n');
    }
  }

  private static Map<String, Object> json(Prediction prediction) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("example_id", prediction.exampleId());
    json.put("label", prediction.label());
    json.put("predicted", prediction.predicted());
    json.put("scores", prediction.scores());
    prediction.text().ifPresent(text -> json.put(TEXT, text));
    json.put(METRICS, prediction.metrics());
    return PlainValue.map(json);
  }

  static Prediction parse(Map<String, Object> json) {
    List<Double> scores = new ArrayList<>();
    for (Object score : (List<?>) json.get("scores")) {
      scores.add(MetricsJson.real(score));
    }
    Map<String, Double> metrics = new HashMap<>();
    ((Map<?, ?>) json.get(METRICS))
        .forEach((name, value) -> metrics.put((String) name, MetricsJson.real(value)));
    return new Prediction(
        (String) json.get("example_id"),
        Math.toIntExact((Long) json.get("label")),
        Math.toIntExact((Long) json.get("predicted")),
        scores,
        Optional.ofNullable((String) json.get(TEXT)),
        metrics);
  }
}
