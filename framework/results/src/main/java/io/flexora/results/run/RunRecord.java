package io.flexora.results.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that is known of a run.
 *
 * @param folder the run's folder
 * @param name the run's name
 * @param configuration the resolved configuration, as YAML
 * @param provenance what computed it; empty if it was not begun
 * @param result what came out; empty if it has not ended
 * @param events the record, in order; of a step that was done again after a resumption, only the
 *     last
 * @param answers what the cells answered, class by class and with some examples, by the cell's name
 * @since 0.1
 */
public record RunRecord(
    Path folder,
    String name,
    String configuration,
    Optional<Provenance> provenance,
    Optional<RunResult> result,
    List<RunEvent> events,
    Map<String, CellAnswers> answers) {

  /** Copies the events and the answers. */
  public RunRecord {
    Objects.requireNonNull(provenance);
    Objects.requireNonNull(result);
    events = List.copyOf(events);
    answers = Map.copyOf(answers);
  }

  /** A record without answers. */
  public RunRecord(
      Path folder,
      String name,
      String configuration,
      Optional<Provenance> provenance,
      Optional<RunResult> result,
      List<RunEvent> events) {
    this(folder, name, configuration, provenance, result, events, Map.of());
  }
}
