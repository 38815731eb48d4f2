package io.flexora.distribution.damage;

import io.flexora.api.data.Split;
import io.flexora.distribution.resume.RunContents;
import io.flexora.distribution.tiny.Notices;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.FileHash;
import io.flexora.host.FlexoraHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a user does with a run. */
final class RunUses {

  private RunUses() {}

  /**
   * The uses by their commands, in the order in which they are tried.
   *
   * @param export where to export to
   */
  static Map<String, Use> of(FlexoraHost host, Path run, Path export) {
    Map<String, Use> uses = new LinkedHashMap<>();
    uses.put("query", told -> queried(run, told));
    uses.put("report", told -> reported(host, run));
    uses.putAll(ofTrained(host, run, export));
    uses.put(
        Use.RESUME,
        told -> {
          host.experimentOf(run).resume(run, Notices.into(told));
          return RunContents.of(run);
        });
    return uses;
  }

  /** What is done with what a run has trained. */
  static Map<String, Use> ofTrained(FlexoraHost host, Path run, Path export) {
    Map<String, Use> uses = new LinkedHashMap<>();
    uses.put("export", told -> exported(host, run, export));
    uses.put(
        "evaluate", told -> evaluated(host, run, new EvaluationTarget.Trained(run, "main"), told));
    uses.put(
        "evaluate --adapter",
        told -> evaluated(host, run, new EvaluationTarget.Adapter(run.resolve("adapter")), told));
    return uses;
  }

  /** Every row of every view. */
  static Object queried(Path folder, List<String> told) {
    List<Object> rows = new ArrayList<>();
    for (String view : List.of("runs", "cells", "events", "predictions")) {
      rows.add(FlexoraHost.query(folder, "SELECT * FROM " + view, told::add).rows());
    }
    return rows;
  }

  private static Object reported(FlexoraHost host, Path run) throws IOException {
    List<String> reports = new ArrayList<>();
    for (Path report : host.experimentOf(run).report(run)) {
      reports.add(Files.readString(report));
    }
    return reports;
  }

  private static Object exported(FlexoraHost host, Path run, Path target) throws IOException {
    DurableFolder.delete(target);
    host.experimentOf(run).export(run, "main", "peft", target);
    Map<Path, String> files = new TreeMap<>();
    for (Map.Entry<Path, byte[]> file : FileTree.of(target).files().entrySet()) {
      files.put(file.getKey(), FileHash.of(file.getValue()).sha256());
    }
    return files;
  }

  private static Object evaluated(
      FlexoraHost host, Path run, EvaluationTarget target, List<String> told) {
    return host.experimentOf(run).evaluate(target, Split.TEST, Notices.into(told)).evaluation();
  }
}
