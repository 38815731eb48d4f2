package io.flexora.config.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.config.option.Bounds;
import io.flexora.config.option.RealNumber;
import io.flexora.config.option.TrueOrFalse;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import java.math.BigDecimal;

/** Turns what was written into JSON, as an editor for YAML sees it. */
final class JsonValues {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final RealNumber NUMBER = new RealNumber(Bounds.NONE);
  private static final TrueOrFalse BOOLEAN = new TrueOrFalse();

  private JsonValues() {}

  static JsonNode of(ConfigNode node) {
    if (node instanceof Mapping mapping) {
      ObjectNode object = JSON.objectNode();
      mapping.entries().forEach(e -> object.set(e.key(), of(e.value())));
      return object;
    }
    if (node instanceof Sequence sequence) {
      ArrayNode array = JSON.arrayNode();
      sequence.elements().forEach(e -> array.add(of(e)));
      return array;
    }
    return word((Scalar) node);
  }

  /** A number without needless digits. */
  static JsonNode number(String text) {
    BigDecimal number = new BigDecimal(text);
    boolean whole = number.stripTrailingZeros().scale() <= 0 && number.precision() < 19;
    return whole && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0
        ? JSON.numberNode(number.longValueExact())
        : JSON.numberNode(number);
  }

  private static JsonNode word(Scalar scalar) {
    if (scalar.isNothing()) {
      return JSON.nullNode();
    }
    if (NUMBER.read(scalar).isPresent()) {
      return number(scalar.text());
    }
    return BOOLEAN
        .read(scalar)
        .<JsonNode>map(value -> JSON.booleanNode((Boolean) value))
        .orElseGet(() -> JSON.textNode(scalar.text()));
  }
}
