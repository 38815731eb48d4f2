package io.flexora.config.schema;

import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.OptionModel;

/**
 * Describes configurations as JSON Schema (draft 2020-12), from which editors complete, explain and
 * check options.
 *
 * <p>What the binder accepts, the schema accepts. It refuses most of what the binder refuses, but
 * knows nothing of duplicate keys, of constructors that refuse values and of the size of numbers.
 *
 * @since 0.1
 */
public final class JsonSchema {

  /**
   * Writes the schema of a configuration.
   *
   * @param root the record of all options
   * @param types the extensions to choose from; one whose options are malformed is left out
   * @throws IllegalArgumentException if the root record is malformed
   */
  public String forRecord(Class<? extends Record> root, ComponentTypes types) {
    return new SchemaDocument(types).of(OptionModel.of(root)).toPrettyString() + "\n";
  }
}
