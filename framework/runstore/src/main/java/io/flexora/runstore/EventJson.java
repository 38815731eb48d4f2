package io.flexora.runstore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.Progress;
import io.flexora.results.run.RunEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One event as a line of JSON: {@code time}, {@code cell}, {@code phase}, {@code kind}, {@code
 * step}, and under {@code values} what belongs to the kind; a step has its phase's {@code total}
 * beside {@code step}. The losses and the figures of an extension stand side by side in the values.
 *
 * @since 0.1
 */
public final class EventJson {

  private static final String KIND = "kind";
  private static final String STEP = "step";
  private static final String TOTAL = "total";
  private static final String VALUES = "values";
  private static final String KEPT_STEP = "kept_step";

  private EventJson() {}

  /** What belongs to the kind of an event. */
  public static ObjectNode values(Event what) {
    if (what instanceof Event.StepDone step) {
      return values(step.progress());
    }
    if (what instanceof Event.Trained trained) {
      ObjectNode values =
          values(trained.trainingLoss(), trained.validationLoss(), trained.figures());
      return values.put(KEPT_STEP, trained.keptStep());
    }
    return what instanceof Event.Own own ? RecordJson.tree(own.figures()) : RecordJson.tree(what);
  }

  /** What was measured in a step. */
  public static ObjectNode values(Progress progress) {
    return values(progress.trainingLoss(), progress.validationLoss(), progress.figures());
  }

  private static ObjectNode values(
      OptionalDouble training, OptionalDouble validation, Map<String, Figure> figures) {
    ObjectNode values = RecordJson.tree(figures);
    training.ifPresent(loss -> values.set(Progress.TRAINING_LOSS, RecordJson.real(loss)));
    validation.ifPresent(loss -> values.set(Progress.VALIDATION_LOSS, RecordJson.real(loss)));
    return values;
  }

  static byte[] write(RunEvent event) {
    ObjectNode line = RecordJson.MAPPER.createObjectNode();
    line.put("time", event.time().toString());
    line.put("cell", event.cell());
    line.put("phase", event.phase());
    line.put(KIND, event.kind());
    line.put(STEP, event.step());
    if (event.what() instanceof Event.StepDone step) {
      line.put(TOTAL, step.progress().total());
    }
    line.set(VALUES, values(event.what()));
    return RecordJson.line(line);
  }

  /** The line of an event but for what belongs to its kind. */
  private record Line(
      Instant time, String cell, String phase, String kind, long step, ObjectNode values) {}

  /** A loss among the values of a step or a training. */
  private static OptionalDouble loss(ObjectNode values, String key) throws IOException {
    JsonNode loss = values.path(key);
    if (!loss.isMissingNode() && !loss.isNull() && !loss.isNumber()) {
      throw new IOException(key + " is not a number");
    }
    return loss.isMissingNode()
        ? OptionalDouble.empty()
        : OptionalDouble.of(loss.isNull() ? Double.NaN : loss.doubleValue());
  }

  static RunEvent read(byte[] bytes) throws IOException {
    ObjectNode tree = RecordJson.parse(bytes, ObjectNode.class);
    Line line = RecordJson.of(tree, Line.class);
    return new RunEvent(line.time(), line.cell(), line.phase(), line.step(), what(line, tree));
  }

  private static Event what(Line line, ObjectNode tree) throws IOException {
    Class<? extends Event> core = Event.CORE.get(line.kind());
    if (core == Event.StepDone.class) {
      // Who does not say how many there are has done them all.
      long total = tree.path(TOTAL).asLong(line.step());
      return new Event.StepDone(
          new Progress(
              line.step(),
              total,
              loss(line.values(), Progress.TRAINING_LOSS),
              loss(line.values(), Progress.VALIDATION_LOSS),
              figures(line.values(), Progress.TRAINING_LOSS, Progress.VALIDATION_LOSS)));
    }
    if (core == Event.Trained.class) {
      JsonNode kept = line.values().path(KEPT_STEP);
      if (!kept.isIntegralNumber()) {
        throw new IOException("a training without its " + KEPT_STEP);
      }
      return new Event.Trained(
          kept.longValue(),
          loss(line.values(), Progress.TRAINING_LOSS),
          loss(line.values(), Progress.VALIDATION_LOSS),
          figures(line.values(), Progress.TRAINING_LOSS, Progress.VALIDATION_LOSS, KEPT_STEP));
    }
    return core == null
        ? new Event.Own(line.kind(), figures(line.values()))
        : RecordJson.of(line.values(), core);
  }

  private static Map<String, Figure> figures(ObjectNode values, String... others)
      throws IOException {
    ObjectNode own = values.deepCopy().without(List.of(others));
    Map<String, Figure> figures = new HashMap<>();
    for (Map.Entry<String, JsonNode> value : own.properties()) {
      figures.put(value.getKey(), figure(value.getValue()));
    }
    return figures;
  }

  private static Figure figure(JsonNode value) throws IOException {
    return value.isNull() ? Figure.of(Double.NaN) : RecordJson.of(value, Figure.class);
  }
}
