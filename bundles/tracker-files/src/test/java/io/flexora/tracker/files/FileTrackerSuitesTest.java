package io.flexora.tracker.files;

import io.flexora.api.track.Tracker;
import io.flexora.testkit.TrackerSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;

class FileTrackerSuitesTest {

  @Nested
  class Csv extends TrackerSuite {

    @Override
    protected String configuration() {
      return "csv";
    }

    @Override
    protected Map<String, List<Long>> steps(Tracker.Run run) {
      Map<String, List<Long>> steps = new TreeMap<>();
      try {
        Path file = run.folder().resolve(run.name()).resolve("metrics.csv");
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
          String[] fields = line.split(",", -1);
          steps.computeIfAbsent(fields[0], n -> new ArrayList<>()).add(Long.parseLong(fields[1]));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return steps;
    }
  }

  @Nested
  class TensorBoard extends TrackerSuite {

    @Override
    protected String configuration() {
      return "tensorboard";
    }

    @Override
    protected Map<String, List<Long>> steps(Tracker.Run run) {
      Map<String, List<Long>> steps = new TreeMap<>();
      try {
        Path file = run.folder().resolve(run.name()).resolve("events.out.tfevents.flexora");
        EventFile.read(file)
            .scalars()
            .forEach(s -> steps.computeIfAbsent(s.tag(), n -> new ArrayList<>()).add(s.step()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return steps;
    }
  }
}
