package io.flexora.experiment.use;

import io.flexora.formats.peft.MethodKeys;
import io.flexora.formats.peft.PeftAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The adapter methods that read what PEFT saves, and the plugins of the distribution that bring
 * them, for messages where that plugin is not there.
 *
 * @param rows the first one that fits an adapter counts
 */
record PeftMethods(List<AdapterKind> rows) {

  private static final String RESOURCE = "peft-methods.csv";
  private static final int COLUMNS = 5;

  /** Copies the rows. */
  PeftMethods {
    rows = List.copyOf(rows);
  }

  /**
   * A kind of adapters.
   *
   * @param type the {@code peft_type}
   * @param key the key that tells it from others of the type; empty if there is none
   * @param value what the key's value matches
   * @param method the name of the adapter method
   * @param plugin the symbolic name of the plugin
   */
  record AdapterKind(String type, String key, Pattern value, String method, String plugin) {

    private static AdapterKind parse(String line) {
      String[] columns = line.split(",", COLUMNS);
      Pattern value = Pattern.compile(columns[2], Pattern.CASE_INSENSITIVE);
      return new AdapterKind(columns[0], columns[1], value, columns[3], columns[4]);
    }

    private boolean fits(PeftAdapter adapter) {
      return type.equalsIgnoreCase(MethodKeys.type(adapter))
          && (key.isEmpty() || value.matcher(text(adapter)).matches());
    }

    private String text(PeftAdapter adapter) {
      return String.valueOf(adapter.configuration().get(key));
    }

    /** What an adapter of the kind says of itself: {@code peft_type LORA with use_dora: true}. */
    String words(PeftAdapter adapter) {
      return "peft_type " + type + (key.isEmpty() ? "" : " with " + key + ": " + text(adapter));
    }
  }

  /** Those of the distribution. */
  static PeftMethods shipped() {
    try (InputStream in = PeftMethods.class.getResourceAsStream(RESOURCE)) {
      return new PeftMethods(
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(AdapterKind::parse)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** The kind that an adapter is of. */
  Optional<AdapterKind> meant(PeftAdapter adapter) {
    return rows.stream().filter(row -> row.fits(adapter)).findFirst();
  }
}
