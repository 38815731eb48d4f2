package io.flexora.api.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that is known of a finished run.
 *
 * @param folder the run's folder
 * @param name the run's name
 * @param configuration the resolved configuration, as YAML
 * @param provenance the content of {@code provenance.json}
 * @param result the content of {@code result.json}
 * @param events the record, in order; of a step that was done again after a resumption, only the
 *     last
 * @since 0.1
 */
public record RunRecord(
    Path folder,
    String name,
    String configuration,
    Map<String, Object> provenance,
    Map<String, Object> result,
    List<RunEvent> events) {

  /** Copies the events. */
  public RunRecord {
    events = List.copyOf(events);
  }
}
