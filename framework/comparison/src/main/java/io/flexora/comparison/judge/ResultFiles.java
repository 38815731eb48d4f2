package io.flexora.comparison.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The files of results, each read by the form that it has. */
final class ResultFiles {

  private static final String FORMS =
      "a .csv, .tsv or .jsonl table, samples_*.jsonl or results_*.json of lm-evaluation-harness, or a"
          + " JSON result of PEFT's method comparison";

  private final ForeignResults results = new ForeignResults();
  private final JudgeOptions options;
  private final HarnessFiles harness;

  ResultFiles(JudgeOptions options) {
    this.options = options;
    this.harness = new HarnessFiles(results, options);
  }

  /**
   * Reads files and folders.
   *
   * @param written as {@link JudgedSource#of}
   */
  ForeignResults read(List<String> written) {
    List<JudgedSource> files =
        written.stream().map(JudgedSource::of).flatMap(source -> files(source).stream()).toList();
    // What the samples of a run tell is not taken from its results again.
    files.stream().filter(file -> !HarnessFiles.isResults(file.path())).forEach(this::read);
    files.stream().filter(file -> HarnessFiles.isResults(file.path())).forEach(harness::results);
    if (results.cells().isEmpty()) {
      throw new FlexoraException("there is no result in " + String.join(", ", written));
    }
    return results;
  }

  private void read(JudgedSource file) {
    String name = file.path().getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      TableRows.separated(file, ',', options, results);
    } else if (name.endsWith(".tsv")) {
      TableRows.separated(file, '\t', options, results);
    } else if (name.endsWith(".jsonl")) {
      if (HarnessFiles.isSamples(file.path()) || hasSamples(file.path())) {
        harness.samples(file);
      } else {
        TableRows.objects(file, options, results);
      }
    } else if (name.endsWith(".json")) {
      json(file);
    } else {
      throw new FlexoraException(file.path() + " has no form that is read: " + FORMS);
    }
  }

  private void json(JudgedSource file) {
    JsonNode tree = JsonTree.read(file.path());
    if (PeftFile.isOne(tree)) {
      PeftFile.read(file, tree, options, results);
    } else if (tree.path("results").isObject()) {
      harness.results(file);
    } else {
      throw new FlexoraException(file.path() + " has no form that is read: " + FORMS);
    }
  }

  private static boolean hasSamples(Path file) {
    try (NumberedLines lines = new NumberedLines(file)) {
      String first = lines.next();
      return first != null && first.contains("\"doc_id\"");
    }
  }

  /** The files of a source: in a folder those of a known form, at any depth. */
  private static List<JudgedSource> files(JudgedSource source) {
    try {
      if (!Files.isDirectory(RegularFile.requireOrFolder(source.path()))) {
        return List.of(source);
      }
      try (Stream<Path> found = Files.walk(source.path())) {
        List<JudgedSource> files =
            found
                .filter(Files::isRegularFile)
                .filter(file -> file.toString().matches("(?i).*\\.(csv|tsv|jsonl?)"))
                .sorted()
                .map(source::file)
                .toList();
        if (files.isEmpty()) {
          throw new FlexoraException(source.path() + " holds no file of a known form: " + FORMS);
        }
        return files;
      }
    } catch (IOException e) {
      throw ReadFailure.explain(source.path(), e);
    } catch (UncheckedIOException e) {
      throw ReadFailure.explain(source.path(), e.getCause());
    }
  }
}
