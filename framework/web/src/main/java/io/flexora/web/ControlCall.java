package io.flexora.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A call of the control interface: the page's actions, the paths of its OpenAPI document and the
 * tools of the Model Context Protocol are made of these.
 *
 * @param name its name, of lower-case letters
 * @param doc its description, in one or two sentences
 * @param arguments its arguments
 * @param changes whether it starts or ends a process; otherwise it only reads the folder of runs
 * @param work makes the answer from the arguments; throws {@link FlexoraException} if it cannot
 * @since 0.1
 */
public record ControlCall(
    String name,
    String doc,
    List<Argument> arguments,
    boolean changes,
    Function<JsonNode, Map<String, Object>> work) {

  /** Copies the list. */
  public ControlCall {
    arguments = List.copyOf(arguments);
  }

  /**
   * An argument of a call.
   *
   * @param type {@code string} or {@code integer}
   * @param required whether a call without it is refused
   */
  public record Argument(String name, String type, String doc, boolean required) {

    static Argument text(String name, String doc) {
      return new Argument(name, "string", doc, true);
    }

    static Argument number(String name, String doc) {
      return new Argument(name, "integer", doc, true);
    }

    Argument optional() {
      return new Argument(name, type, doc, false);
    }
  }

  /** The JSON schema of its arguments, an object. */
  public Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Argument argument : arguments) {
      properties.put(
          argument.name(), Map.of("type", argument.type(), "description", argument.doc()));
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put(
        "required", arguments.stream().filter(Argument::required).map(Argument::name).toList());
    schema.put("additionalProperties", false);
    return schema;
  }

  /**
   * Makes the call.
   *
   * @param given an object with its arguments
   * @throws FlexoraException if an argument is missing, unknown or of another type, or the call
   *     fails
   */
  public Map<String, Object> answer(JsonNode given) {
    for (Argument argument : arguments) {
      JsonNode value = given.path(argument.name());
      boolean there = !value.isMissingNode() && !value.isNull();
      if (!there && argument.required()) {
        throw new FlexoraException(
            "the request has no %s '%s'".formatted(word(argument.type()), argument.name()));
      }
      if (there && !isOf(argument.type(), value)) {
        throw new FlexoraException(
            "'%s' has to be a %s".formatted(argument.name(), word(argument.type())));
      }
    }
    given
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (arguments.stream().noneMatch(argument -> argument.name().equals(name))) {
                throw new FlexoraException(
                    "%s has no argument '%s'".formatted(this.name, ApiRequest.shortened(name)));
              }
            });
    return work.apply(given);
  }

  private static boolean isOf(String type, JsonNode value) {
    return type.equals("string") ? value.isTextual() : value.canConvertToInt();
  }

  private static String word(String type) {
    return type.equals("string") ? "text" : "whole number";
  }
}
