package io.flexora.runstore;

import io.flexora.api.evaluate.Prediction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Predictions as lines of JSON. */
final class PredictionsFile {

  static final String NAME = "predictions.jsonl";
  private static final String METRICS = "metrics";

  private PredictionsFile() {}

  static void write(OutputStream out, List<Prediction> predictions) throws IOException {
    for (Prediction prediction : predictions) {
      out.write(Json.line(json(prediction)));
      out.write('\n');
    }
  }

  private static Map<String, Object> json(Prediction prediction) {
    return PlainValue.map(
        Map.of(
            "example_id",
            prediction.exampleId(),
            "label",
            prediction.label(),
            "predicted",
            prediction.predicted(),
            "scores",
            prediction.scores(),
            METRICS,
            prediction.metrics()));
  }

  static Prediction parse(Map<String, Object> json) {
    List<Double> scores = new ArrayList<>();
    for (Object score : (List<?>) json.get("scores")) {
      scores.add(MetricsJson.real(score));
    }
    // Files of evaluators that tell no values, and of before there were any, have none.
    Map<String, Double> metrics = new HashMap<>();
    if (json.get(METRICS) instanceof Map<?, ?> values) {
      values.forEach((name, value) -> metrics.put((String) name, MetricsJson.real(value)));
    }
    return new Prediction(
        (String) json.get("example_id"),
        Math.toIntExact((Long) json.get("label")),
        Math.toIntExact((Long) json.get("predicted")),
        scores,
        metrics);
  }
}
