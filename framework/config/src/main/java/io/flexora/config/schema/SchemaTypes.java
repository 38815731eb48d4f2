package io.flexora.config.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.config.option.Bounds;
import io.flexora.config.option.EnumConstant;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.config.option.RealNumber;
import io.flexora.config.option.TimeSpan;
import io.flexora.config.option.TrueOrFalse;
import io.flexora.config.option.WholeNumber;
import java.util.Optional;

/** Describes the type of an option as JSON Schema. */
final class SchemaTypes {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final SchemaDocument document;

  SchemaTypes(SchemaDocument document) {
    this.document = document;
  }

  /**
   * Describes a type.
   *
   * @param fallback the extension that is meant where options are written without one
   */
  ObjectNode of(OptionType type, Optional<String> fallback) {
    if (type instanceof OptionType.Chosen chosen) {
      return document.chosen(chosen.kind(), fallback);
    }
    if (type instanceof OptionType.Nested nested) {
      return document.nested(OptionModel.of(nested.type()));
    }
    if (type instanceof OptionType.ListOf list) {
      return typed("array").set("items", of(list.element(), Optional.empty()));
    }
    if (type instanceof OptionType.MapOf map) {
      return typed("object").set("additionalProperties", of(map.value(), Optional.empty()));
    }
    if (type instanceof OptionType.Maybe maybe) {
      return JSON.objectNode().set("anyOf", orNull(of(maybe.value(), fallback)));
    }
    return word((OptionType.Word) type);
  }

  private static ObjectNode word(OptionType.Word type) {
    if (type instanceof WholeNumber number) {
      return bounded(typed("integer"), number.bounds());
    }
    if (type instanceof RealNumber number) {
      return bounded(typed("number"), number.bounds());
    }
    if (type instanceof TrueOrFalse) {
      return typed("boolean");
    }
    if (type instanceof EnumConstant choice) {
      ObjectNode schema = JSON.objectNode();
      ArrayNode words = schema.putArray("enum");
      choice.spellings().forEach(words::add);
      return schema;
    }
    return type instanceof TimeSpan
        ? typed("string").put("pattern", "^" + TimeSpan.PATTERN + "$")
        : text();
  }

  /** Text is as written, so an editor that sees a number in it is right as well. */
  private static ObjectNode text() {
    ObjectNode schema = JSON.objectNode();
    schema.putArray("type").add("string").add("number").add("boolean");
    return schema;
  }

  private static ObjectNode bounded(ObjectNode schema, Bounds bounds) {
    if (bounds.hasMin()) {
      schema.set(bounds.minExclusive() ? "exclusiveMinimum" : "minimum", number(bounds.min()));
    }
    if (bounds.hasMax()) {
      schema.set(bounds.maxExclusive() ? "exclusiveMaximum" : "maximum", number(bounds.max()));
    }
    return schema;
  }

  private static JsonNode number(double bound) {
    return JsonValues.number(Bounds.number(bound));
  }

  private static ArrayNode orNull(ObjectNode schema) {
    return JSON.arrayNode().add(schema).add(typed("null"));
  }

  private static ObjectNode typed(String type) {
    return JSON.objectNode().put("type", type);
  }
}
