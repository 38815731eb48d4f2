package io.flexora.query;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a resolved configuration, whether or not the plugins that it needs are there.
 *
 * @param root the configuration
 */
record Written(ConfigNode root) {

  /** A value by the keys that lead to it; empty if there is none. */
  Optional<String> value(String... keys) {
    return at(keys).flatMap(Written::text);
  }

  /** Which extension was chosen, without its version. */
  Optional<String> extension(String... keys) {
    Optional<ConfigNode> chosen = at(keys);
    return chosen
        .flatMap(node -> node instanceof Mapping mapping ? mapping.get("use") : Optional.of(node))
        .flatMap(Written::text)
        .map(name -> name.replaceFirst("@.*", ""));
  }

  /** The keys of a mapping; none if there is none. */
  List<String> keys(String key) {
    return at(key).stream()
        .filter(Mapping.class::isInstance)
        .flatMap(node -> ((Mapping) node).entries().stream())
        .map(Entry::key)
        .toList();
  }

  /** The elements of a list; none if there is none. */
  List<String> elements(String key) {
    return at(key).stream()
        .filter(Sequence.class::isInstance)
        .flatMap(node -> ((Sequence) node).elements().stream())
        .flatMap(node -> text(node).stream())
        .toList();
  }

  /** Every value that is no mapping, by the path that leads to it, such as {@code trainer.use}. */
  Map<String, String> flat() {
    Map<String, String> values = new LinkedHashMap<>();
    flatten("", root, values);
    return values;
  }

  private static void flatten(String path, ConfigNode node, Map<String, String> values) {
    if (node instanceof Mapping mapping) {
      mapping.entries().forEach(entry -> flatten(path + "." + entry.key(), entry.value(), values));
    } else if (node instanceof Sequence list
        && list.elements().stream().anyMatch(Written::isDeep)) {
      for (int i = 0; i < list.elements().size(); i++) {
        flatten(path + "." + i, list.elements().get(i), values);
      }
    } else {
      values.put(path.substring(Math.min(1, path.length())), shown(node));
    }
  }

  /** The whole as maps, lists and texts; null for no value. */
  Map<String, Object> tree() {
    return root instanceof Mapping mapping ? tree(mapping) : Map.of();
  }

  private static Map<String, Object> tree(Mapping mapping) {
    Map<String, Object> tree = new LinkedHashMap<>();
    mapping.entries().forEach(entry -> tree.put(entry.key(), tree(entry.value())));
    return tree;
  }

  private static Object tree(ConfigNode node) {
    if (node instanceof Mapping mapping) {
      return tree(mapping);
    }
    if (node instanceof Sequence list) {
      List<Object> elements = new ArrayList<>();
      list.elements().forEach(element -> elements.add(tree(element)));
      return elements;
    }
    return text(node).orElse(null);
  }

  private static boolean isDeep(ConfigNode node) {
    return !(node instanceof Scalar);
  }

  private static String shown(ConfigNode node) {
    return node instanceof Sequence list
        ? list.elements().stream().map(Written::shown).collect(Collectors.joining(", ", "[", "]"))
        : text(node).orElse("");
  }

  private Optional<ConfigNode> at(String... keys) {
    Optional<ConfigNode> node = Optional.of(root);
    for (String key : keys) {
      node = node.flatMap(n -> n instanceof Mapping mapping ? mapping.get(key) : Optional.empty());
    }
    return node;
  }

  private static Optional<String> text(ConfigNode node) {
    return Stream.of(node)
        .filter(n -> n instanceof Scalar scalar && !scalar.isNothing())
        .map(n -> ((Scalar) n).text())
        .findFirst();
  }
}
