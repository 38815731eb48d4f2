package io.flexora.runstore;

import io.flexora.api.report.RunEvent;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** One event as a line of JSON. */
final class EventLine {

  private EventLine() {}

  static byte[] write(RunEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", event.time().toString());
    line.put("cell", event.cell());
    line.put("phase", event.phase());
    line.put("kind", event.kind());
    line.put("step", event.step());
    line.put("values", PlainValue.map(event.values()));
    return Json.line(line);
  }

  /** Reads a line; what was written as null is NaN. */
  static RunEvent read(byte[] line) throws IOException {
    Map<String, Object> json = Json.parse(line);
    try {
      return new RunEvent(
          Instant.parse((String) json.get("time")),
          text(json, "cell"),
          text(json, "phase"),
          text(json, "kind"),
          (Long) json.get("step"),
          PlainValue.map((Map<?, ?>) json.get("values")));
    } catch (ClassCastException | NullPointerException | DateTimeException e) {
      throw new IOException("not an event: " + e.getMessage(), e);
    }
  }

  private static String text(Map<String, Object> json, String key) throws IOException {
    if (json.get(key) instanceof String text) {
      return text;
    }
    throw new IOException("not an event: no " + key);
  }
}
