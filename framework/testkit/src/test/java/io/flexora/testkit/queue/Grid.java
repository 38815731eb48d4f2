package io.flexora.testkit.queue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** A stand-in for an external queue with one machine, which ends a job at each question. */
final class Grid {

  private final ToIntFunction<Path> machine;
  private final Map<String, Path> folders = new LinkedHashMap<>();
  private final Map<String, String> states = new LinkedHashMap<>();
  private final List<String> killed = new ArrayList<>();
  private int losses;

  /**
   * Begins empty.
   *
   * @param machine runs the job of a folder; its exit code
   */
  Grid(ToIntFunction<Path> machine) {
    this.machine = machine;
  }

  /** Loses the next jobs. */
  void lose(int jobs) {
    losses = jobs;
  }

  String submit(Path folder) {
    String id = "job-" + folders.size();
    folders.put(id, folder);
    states.put(id, "waits");
    return id;
  }

  /** The states of all jobs: {@code waits}, {@code lost} or an exit code. */
  Map<String, String> states() {
    states.entrySet().stream()
        .filter(job -> job.getValue().equals("waits"))
        .findFirst()
        .ifPresent(job -> job.setValue(end(job.getKey())));
    return Map.copyOf(states);
  }

  private String end(String job) {
    return losses-- > 0 ? "lost" : String.valueOf(machine.applyAsInt(folders.get(job)));
  }

  void kill(String job) {
    killed.add(job);
    states.remove(job);
  }

  List<String> killed() {
    return List.copyOf(killed);
  }
}
