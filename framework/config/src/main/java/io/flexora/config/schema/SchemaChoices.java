package io.flexora.config.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.config.option.ComponentType;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.yaml.ConfigNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Describes the choice of an extension: a word, or {@code use} with the options of that one. */
final class SchemaChoices {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ComponentTypes types;
  private final SchemaDocument document;

  SchemaChoices(ComponentTypes types, SchemaDocument document) {
    this.types = types;
    this.document = document;
  }

  /** The choice of an extension of that kind. */
  ObjectNode of(String kind, Optional<String> fallback) {
    if (!document.defines(kind)) {
      document.define(kind, JSON.objectNode());
      document.define(kind, kind(kind));
    }
    return fallback
        .flatMap(reference -> types.find(kind, reference))
        .filter(SchemaChoices::isConfigurable)
        .map(type -> JSON.objectNode().set("anyOf", nameless(kind, type)))
        .map(ObjectNode.class::cast)
        .orElseGet(() -> document.reference(kind));
  }

  private ArrayNode nameless(String kind, ComponentType type) {
    ObjectNode options = document.reference(definition(type)).put("type", "object");
    options.putObject("not").putArray("required").add(ConfigNode.USE);
    return JSON.arrayNode().add(document.reference(kind)).add(options);
  }

  private ObjectNode kind(String kind) {
    List<ComponentType> installed =
        types.ofKind(kind).stream().filter(SchemaChoices::isConfigurable).toList();
    if (installed.isEmpty()) {
      return JSON.objectNode().set("not", JSON.objectNode());
    }
    ArrayNode ways = JSON.arrayNode();
    installed.stream().filter(SchemaChoices::isComplete).forEach(type -> words(type, ways));
    return JSON.objectNode().set("anyOf", ways.add(mapping(installed)));
  }

  private ObjectNode mapping(List<ComponentType> installed) {
    ArrayNode names = JSON.arrayNode();
    ArrayNode options = JSON.arrayNode();
    for (ComponentType type : installed) {
      words(type, names);
      options.add(ifUsed(type));
      defineOptions(type);
    }
    ObjectNode schema = JSON.objectNode().put("type", "object");
    schema.putArray("required").add(ConfigNode.USE);
    schema.putObject("properties").putObject(ConfigNode.USE).set("anyOf", names);
    return schema.set("allOf", options);
  }

  private ObjectNode ifUsed(ComponentType type) {
    ObjectNode condition = JSON.objectNode();
    ArrayNode names = condition.putObject("properties").putObject(ConfigNode.USE).putArray("enum");
    references(type).forEach(names::add);
    ObjectNode rule = JSON.objectNode().set("if", condition);
    return rule.set("then", document.reference(definition(type)));
  }

  private void defineOptions(ComponentType type) {
    ObjectNode schema = document.options(OptionModel.of(type.extension().configuration()));
    ((ObjectNode) schema.get("properties")).putObject(ConfigNode.USE);
    document.define(definition(type), schema.put("description", type.extension().doc()));
  }

  private void words(ComponentType type, ArrayNode out) {
    references(type)
        .forEach(
            reference -> out.addObject().put("const", reference).put("description", doc(type)));
  }

  /** What means this extension; its version may be written without the qualifier of its build. */
  private Stream<String> references(ComponentType type) {
    String plain = type.version().replaceFirst("^([0-9]+\\.[0-9]+\\.[0-9]+)\\..*", "$1");
    return Stream.of(type.name(), type.name() + "@" + plain, type.reference())
        .distinct()
        .filter(name -> types.find(type.extension().kind(), name).filter(type::equals).isPresent());
  }

  private static String definition(ComponentType type) {
    return type.extension().kind() + "." + type.reference();
  }

  private static String doc(ComponentType type) {
    return type.extension().doc().isEmpty() ? type.phrase() : type.extension().doc();
  }

  private static boolean isComplete(ComponentType type) {
    return OptionModel.of(type.extension().configuration()).options().stream()
        .noneMatch(OptionDescription::isRequired);
  }

  private static boolean isConfigurable(ComponentType type) {
    try {
      OptionModel.of(type.extension().configuration());
      return true;
    } catch (IllegalArgumentException | LinkageError e) {
      return false;
    }
  }
}
