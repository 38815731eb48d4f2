package io.flexora.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Row;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.experiment.use.PredictedRow;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The answers of a model server about its models, and of these to texts and rows. */
final class ModelAnswers {

  private static final Set<String> IGNORED = Set.of("user");

  private final Map<String, LoadedModel> models;
  private final long created;
  private final ServerMetrics metrics;
  private final long mostBytes;
  private final int mostInputs;

  ModelAnswers(Map<String, LoadedModel> models, ServerMetrics metrics, ModelServer.Bounds bounds) {
    this.models = models;
    this.created = now();
    this.metrics = metrics;
    this.mostBytes = bounds.bodyBytes();
    this.mostInputs = bounds.inputs();
  }

  static long now() {
    return System.currentTimeMillis() / 1000;
  }

  /**
   * The model that a request names.
   *
   * @throws ApiRefusal if there is none
   */
  static LoadedModel named(Map<String, LoadedModel> models, String name) {
    LoadedModel model = models.get(name);
    if (model == null) {
      throw ApiRefusal.of(
          404,
          "model_not_found",
          "the model '%s' does not exist; there are %s"
              .formatted(ApiRequest.shortened(name), String.join(", ", models.keySet())));
    }
    return model;
  }

  void models(Context context) {
    json(
        context,
        Map.of("object", "list", "data", models.keySet().stream().map(this::described).toList()));
  }

  void model(Context context) {
    String name = context.pathParam("id");
    var unused = named(models, name);
    json(context, described(name));
  }

  private Map<String, Object> described(String name) {
    return ordered("id", name, "object", "model", "created", created, "owned_by", "flexora");
  }

  void embeddings(Context context) {
    ApiRequest request = ApiRequest.of(context, mostBytes);
    request.requireKnown(
        Set.of("model", "input", "encoding_format", "dimensions"), Map.of(), IGNORED);
    String name = request.text("model");
    LoadedModel model = named(models, name);
    if (!model.embeds()) {
      throw ApiRefusal.ofMember("model", "'%s' gives no embeddings".formatted(name));
    }
    boolean packed = packed(request);
    if (request.integer("dimensions", model.width(), 1, Integer.MAX_VALUE) != model.width()) {
      throw ApiRefusal.ofMember(
          "dimensions", "'%s' gives vectors of %d numbers".formatted(name, model.width()));
    }
    LoadedModel.Embeddings embedded = model.embed(request.texts("input", mostInputs));
    metrics.tokens(embedded.tokens(), 0);
    List<Object> data = new ArrayList<>();
    for (float[] vector : embedded.vectors()) {
      data.add(
          ordered(
              "object",
              "embedding",
              "index",
              data.size(),
              "embedding",
              packed ? base64(vector) : vector));
    }
    json(
        context,
        ordered("object", "list", "data", data, "model", name, "usage", usage(embedded.tokens())));
  }

  private static boolean packed(ApiRequest request) {
    if (request.member("encoding_format").isMissingNode()) {
      return false;
    }
    String format = request.text("encoding_format");
    if (!format.equals("float") && !format.equals("base64")) {
      throw ApiRefusal.ofMember("encoding_format", "'encoding_format' has to be float or base64");
    }
    return format.equals("base64");
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  void classify(Context context) {
    ApiRequest request = ApiRequest.of(context, mostBytes);
    request.requireKnown(Set.of("model", "input"), Map.of(), IGNORED);
    String name = request.text("model");
    LoadedModel model = named(models, name);
    if (!model.predicts()) {
      throw ApiRefusal.ofMember("model", "'%s' does not classify".formatted(name));
    }
    LoadedModel.Predictions predicted = model.predict(rows(request, model));
    metrics.tokens(predicted.tokens(), 0);
    List<Object> data = new ArrayList<>();
    predicted.rows().forEach(row -> data.add(classified(data.size(), row, model.classes())));
    json(
        context,
        ordered(
            "id",
            "classify-" + UUID.randomUUID(),
            "object",
            "list",
            "created",
            now(),
            "model",
            name,
            "data",
            data,
            "usage",
            usage(predicted.tokens())));
  }

  private List<Row> rows(ApiRequest request, LoadedModel model) {
    List<Row> rows = new ArrayList<>();
    for (JsonNode value : request.list("input", mostInputs)) {
      String origin = "input:" + (rows.size() + 1);
      if (value.isObject()) {
        rows.add(new Row(origin, ApiRequest.fields(value)));
      } else if (value.isTextual() && !value.asText().isEmpty()) {
        String field =
            model
                .textField()
                .orElseThrow(
                    () ->
                        ApiRefusal.ofMember(
                            "input",
                            "the task asks about more than a text; give objects with its fields"));
        rows.add(new Row(origin, Map.of(field, value.asText())));
      } else {
        throw ApiRefusal.ofMember(
            "input", "'input' has to be a text, an object with the fields of a row, or a list");
      }
    }
    return rows;
  }

  /** The classes have their own order, choices of a row that of their probabilities. */
  private static Map<String, Object> classified(int index, PredictedRow row, List<String> classes) {
    String best = row.answers().get(0).text();
    if (Double.isNaN(row.answers().get(0).probability())) {
      return ordered(
          "index", index, "label", best, "probs", List.of(), "labels", List.of(), "num_classes", 0);
    }
    Map<String, Double> found = new HashMap<>();
    row.answers().forEach(answer -> found.putIfAbsent(answer.text(), answer.probability()));
    List<String> labels =
        found.keySet().containsAll(classes) && classes.size() == row.answers().size()
            ? classes
            : row.answers().stream().map(PredictedRow.PredictedAnswer::text).toList();
    return ordered(
        "index",
        index,
        "label",
        best,
        "probs",
        labels.stream().map(found::get).toList(),
        "labels",
        labels,
        "num_classes",
        labels.size());
  }

  private static Map<String, Object> usage(int tokens) {
    return ordered("prompt_tokens", tokens, "total_tokens", tokens);
  }

  /** Members in their order. */
  static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }

  static void json(Context context, Map<String, Object> members) {
    context.contentType("application/json").result(StatusJson.text(members));
  }
}
