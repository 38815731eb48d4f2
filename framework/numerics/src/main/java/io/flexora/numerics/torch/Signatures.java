package io.flexora.numerics.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The parameters of each method of a TorchScript text, by the method's name. */
record Signatures(Map<String, List<Parameter>> methods) {
  private static final Pattern METHOD =
      Pattern.compile("^  def (\\w+)\\(self,?\\s*([^)]*)\\)", Pattern.MULTILINE);

  /** A parameter with its TorchScript type. */
  record Parameter(String name, String type) {
    boolean isList() {
      return type.equals("List[Tensor]");
    }
  }

  static Signatures of(String source) {
    Map<String, List<Parameter>> methods = new LinkedHashMap<>();
    Matcher matcher = METHOD.matcher(source);
    while (matcher.find()) {
      methods.put(matcher.group(1), parse(matcher.group(2)));
    }
    return new Signatures(methods);
  }

  private static List<Parameter> parse(String text) {
    return Stream.of(text.split(","))
        .map(String::strip)
        .filter(p -> !p.isEmpty())
        .map(p -> p.split("\\s*:\\s*"))
        .map(p -> new Parameter(p[0], p[1]))
        .toList();
  }

  /**
   * The parameters of a method that can be called from here.
   *
   * @throws IllegalArgumentException if there is no such method, or it takes anything but tensors
   *     and lists of tensors
   */
  List<Parameter> parameters(String method) {
    List<Parameter> parameters = methods.get(method);
    if (parameters == null) {
      throw new IllegalArgumentException(
          "no method '" + method + "'; there are " + methods.keySet());
    }
    for (Parameter parameter : parameters) {
      if (!parameter.isList() && !parameter.type().equals("Tensor")) {
        throw new IllegalArgumentException(
            "method '" + method + "' takes a " + parameter.type() + "; only tensors can be passed");
      }
    }
    return parameters;
  }
}
