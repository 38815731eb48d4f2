package io.flexora.runstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.text.Utf8Text;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Predictions as JSON, one on a line, and those on further test sets with the names of these. */
final class PredictionLines {

  private static final long LARGEST = Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8);

  private PredictionLines() {}

  /** A prediction on a further test set. */
  private record OnTestSet(String testSet, Prediction prediction) {}

  static void write(List<Prediction> predictions, OutputStream out) throws IOException {
    for (Prediction prediction : predictions) {
      writeLine(prediction, out);
    }
  }

  /** Writes predictions by the names of their test sets. */
  static void writeTestSets(Map<String, List<Prediction>> predictions, OutputStream out)
      throws IOException {
    for (Map.Entry<String, List<Prediction>> testSet : predictions.entrySet()) {
      for (Prediction prediction : testSet.getValue()) {
        writeLine(new OnTestSet(testSet.getKey(), prediction), out);
      }
    }
  }

  private static void writeLine(Object record, OutputStream out) throws IOException {
    out.write(RecordJson.line(record));
    out.write('\n');
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws FlexoraException if a line is no prediction; the message has its number
   */
  static List<Prediction> read(Path file) {
    return lines(file, Prediction.class);
  }

  /**
   * Reads what {@link #writeTestSets} wrote, in the same order.
   *
   * @throws FlexoraException as {@link #read}
   */
  static Map<String, List<Prediction>> readTestSets(Path file) {
    return lines(file, OnTestSet.class).stream()
        .collect(
            Collectors.groupingBy(
                OnTestSet::testSet,
                LinkedHashMap::new,
                Collectors.mapping(OnTestSet::prediction, Collectors.toList())));
  }

  private static <T> List<T> lines(Path file, Class<T> type) {
    List<T> read = new ArrayList<>();
    try {
      byte[] text = RegularFile.bytes(file, LARGEST);
      for (String line : Utf8Text.of(text).lines().toList()) {
        read.add(RecordJson.parse(line.getBytes(StandardCharsets.UTF_8), type));
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          "%s:%d is not a prediction: %s".formatted(file, read.size() + 1, RecordJson.problem(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw new FlexoraException(
          "%s:%d is not a prediction: %s".formatted(file, read.size() + 1, e.getMessage()), e);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }
}
