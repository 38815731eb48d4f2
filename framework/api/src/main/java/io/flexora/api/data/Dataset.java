package io.flexora.api.data;

import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Rows in three splits that share none.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "dataset", affects = Effect.DATA)
public interface Dataset {

  /**
   * Reads the rows of every split. The same configuration, seed and files give the same rows in the
   * same order.
   *
   * @return all of {@link Split}'s values, each with its rows; a split may be empty
   * @throws IOException if a file cannot be read
   * @throws io.flexora.api.run.FlexoraException if a file's content is not what the options say
   */
  Map<Split, List<Row>> load() throws IOException;

  /**
   * Reads the rows for somebody who scores one split and trains nothing. That split has the rows
   * that {@link #load()} gives it. Where the others cannot have what the configuration asks for,
   * they may have less; otherwise they have the same too.
   *
   * @param scored the split
   * @return as {@link #load()}
   * @throws IOException if a file cannot be read
   * @throws io.flexora.api.run.FlexoraException if a file's content is not what the options say
   */
  default Map<Split, List<Row>> load(Split scored) throws IOException {
    return load();
  }

  /**
   * The key of the option that names the rows of a split, for the place of a row that is refused;
   * empty where there is none.
   */
  default Optional<String> option(Split split) {
    return Optional.empty();
  }
}
