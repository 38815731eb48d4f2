package io.flexora.config.yaml;

import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Writes a configuration as YAML that reads back as the same, here and in other YAML tools.
 *
 * @since 0.1
 */
public final class ConfigurationWriter {

  private static final String SAFE = "[A-Za-z/][A-Za-z0-9_./@+!:-]*(?<!:)";

  /** Words that some YAML readers take for something else than text. */
  private static final Set<String> TAKEN =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  /** Writes the configuration, its keys in order; lists of words stay on one line. */
  public String yaml(ConfigNode node) {
    return YamlParser.text(node(node));
  }

  private Node node(ConfigNode node) {
    if (node instanceof Scalar scalar) {
      return scalar(scalar.text(), scalar.plain() || isSafe(scalar.text()));
    }
    if (node instanceof Sequence sequence) {
      boolean words = sequence.elements().stream().allMatch(Scalar.class::isInstance);
      List<Node> elements = sequence.elements().stream().map(this::node).toList();
      return new SequenceNode(Tag.SEQ, elements, words ? FlowStyle.FLOW : FlowStyle.BLOCK);
    }
    List<NodeTuple> entries =
        ((Mapping) node)
            .entries().stream()
                .map(e -> new NodeTuple(scalar(e.key(), isSafe(e.key())), node(e.value())))
                .toList();
    return new MappingNode(Tag.MAP, entries, entries.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
  }

  private static Node scalar(String text, boolean plain) {
    ScalarStyle style = plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
    return new ScalarNode(Tag.STR, text, null, null, style);
  }

  private static boolean isSafe(String text) {
    return text.matches(SAFE) && !TAKEN.contains(text.toLowerCase(Locale.ROOT));
  }
}
