package {{package}};

import io.flexora.api.data.Dataset;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Reads lines of a label, a tab and a text, and deals them into the splits at random. */
@Doc("Lines of a label, a tab and a text, as rows with the fields 'label' and 'text'.")
final class {{type}}Dataset implements Dataset {

  private final {{type}}Options options;
  private final Sources sources;
  private final Seeds seeds;

  @Inject
  {{type}}Dataset({{type}}Options options, Sources sources, Seeds seeds) {
    this.options = options;
    this.sources = sources;
    this.seeds = seeds;
  }

  @Override
  public Map<Split, List<Row>> load() throws IOException {
    // Through Sources, so that the file's hash is in the record of the run.
    List<Row> rows = read(sources.fetch(options.source()));
    if (rows.size() < options.rows()) {
      throw new FlexoraException(
          "%s has %d rows, but train, validation and test ask for %d; ask for fewer"
              .formatted(options.source(), rows.size(), options.rows()));
    }
    // A stream of its own: whatever else draws from the seed does not move the rows.
    Collections.shuffle(rows, new Random(seeds.derive("{{name}}")));
    return dealt(rows);
  }

  private static List<Row> read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank()) {
        rows.add(row(file.getFileName() + ":" + number, line));
      }
    }
    return rows;
  }

  private static Row row(String origin, String line) {
    String[] parts = line.split("\t", 2);
    if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
      throw new FlexoraException(
          "%s: '%s' is not a label, a tab and a text; correct or remove the line"
              .formatted(origin, line));
    }
    return new Row(origin, Map.of("label", parts[0].strip(), "text", parts[1].strip()));
  }

  private Map<Split, List<Row>> dealt(List<Row> rows) {
    Map<Split, List<Row>> splits = new EnumMap<>(Split.class);
    int validation = options.train() + options.validation();
    splits.put(Split.TRAIN, rows.subList(0, options.train()));
    splits.put(Split.VALIDATION, rows.subList(options.train(), validation));
    splits.put(Split.TEST, rows.subList(validation, options.rows()));
    return splits;
  }
}
