package io.flexora.config.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.Words;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One schema while it is written: options by record, each definition once. */
final class SchemaDocument {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private final ObjectNode definitions = JSON.objectNode();
  private final Map<Class<? extends Record>, String> records = new HashMap<>();
  private final SchemaChoices choices;
  private final SchemaTypes types;

  SchemaDocument(ComponentTypes components) {
    this.choices = new SchemaChoices(components, this);
    this.types = new SchemaTypes(this);
  }

  /** The whole schema. */
  ObjectNode of(OptionModel root) {
    ObjectNode schema = JSON.objectNode().put("$schema", DIALECT).put("title", "Flexora");
    schema.setAll(options(root));
    return schema.set("$defs", definitions);
  }

  /** The options of a record, without more. */
  ObjectNode options(OptionModel model) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode rules = JSON.arrayNode();
    for (OptionDescription option : model.options()) {
      properties.set(option.key(), option(option));
      option.aliases().forEach(alias -> properties.set(alias, alias(option)));
      rules.addAll(rules(option));
    }
    schema.put("additionalProperties", false);
    if (!rules.isEmpty()) {
      schema.set("allOf", rules);
    }
    return schema;
  }

  /** A reference to the options of a record. */
  ObjectNode nested(OptionModel model) {
    String name = records.get(model.type());
    if (name == null) {
      name = unusedName("options." + Words.snakeCase(model.type().getSimpleName()));
      records.put(model.type(), name);
      define(name, JSON.objectNode());
      define(name, options(model));
    }
    return reference(name);
  }

  /** A reference to the choice of an extension. */
  ObjectNode chosen(String kind, Optional<String> fallback) {
    return choices.of(kind, fallback);
  }

  boolean defines(String name) {
    return definitions.has(name);
  }

  void define(String name, ObjectNode schema) {
    definitions.set(name, schema);
  }

  ObjectNode reference(String name) {
    return JSON.objectNode().put("$ref", "#/$defs/" + name);
  }

  private String unusedName(String wanted) {
    String name = wanted;
    for (int i = 2; definitions.has(name); i++) {
      name = wanted + i;
    }
    return name;
  }

  private ObjectNode option(OptionDescription option) {
    ObjectNode schema = types.of(option.type(), option.fallback());
    schema.put("description", option.doc());
    option
        .byDefault()
        .map(text -> new ConfigurationReader().parse(text, "default"))
        .ifPresent(value -> schema.set("default", JsonValues.of(value)));
    return schema;
  }

  private ObjectNode alias(OptionDescription option) {
    return types
        .of(option.type(), option.fallback())
        .put("description", "The same as " + option.key() + ". " + option.doc())
        .put("deprecated", true);
  }

  /** That exactly one, or at most one, of the names of an option is there. */
  private static List<ObjectNode> rules(OptionDescription option) {
    List<String> names = new ArrayList<>(List.of(option.key()));
    names.addAll(option.aliases());
    List<ObjectNode> rules = new ArrayList<>();
    if (option.isRequired()) {
      rules.add(JSON.objectNode().set("anyOf", eachRequired(names)));
    }
    for (int i = 0; i < names.size(); i++) {
      for (String other : names.subList(i + 1, names.size())) {
        rules.add(JSON.objectNode().set("not", required(names.get(i), other)));
      }
    }
    return rules;
  }

  private static ArrayNode eachRequired(List<String> names) {
    ArrayNode all = JSON.arrayNode();
    names.forEach(name -> all.add(required(name)));
    return all;
  }

  private static ObjectNode required(String... names) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode required = schema.putArray("required");
    List.of(names).forEach(required::add);
    return schema;
  }
}
