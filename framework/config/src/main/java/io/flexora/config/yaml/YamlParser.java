package io.flexora.config.yaml;

import java.io.StringReader;
import java.io.StringWriter;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** The one place that knows the YAML library, and the limits of what is read. */
final class YamlParser {

  /** The largest file, in bytes. */
  static final int BYTES = 1 << 20;

  /** How deep values may be nested. */
  static final int DEPTH = 50;

  /** How many values there may be, each counted as often as aliases repeat it. */
  static final int VALUES = 20_000;

  /** The longest text that is read, in characters; what is written may be longer than a file. */
  private static final int CHARACTERS = 4 * BYTES;

  private YamlParser() {}

  /** Reads a text into events, lazily. */
  static Iterable<Event> events(String text) {
    return yaml().parse(new StringReader(text));
  }

  /** Writes a tree of nodes. */
  static String text(Node node) {
    StringWriter out = new StringWriter();
    yaml().serialize(node, out);
    return out.toString();
  }

  private static Yaml yaml() {
    LoaderOptions loading = loading();
    DumperOptions writing = writing();
    return new Yaml(
        new SafeConstructor(loading),
        new Representer(writing),
        writing,
        loading,
        new NothingImplicit());
  }

  private static LoaderOptions loading() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(DEPTH);
    options.setCodePointLimit(CHARACTERS);
    options.setTagInspector(tag -> false);
    options.setProcessComments(false);
    return options;
  }

  private static DumperOptions writing() {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setIndent(2);
    options.setSplitLines(false);
    options.setAllowUnicode(true);
    options.setLineBreak(DumperOptions.LineBreak.UNIX);
    return options;
  }

  /** Takes every plain word for text, so that the types of options decide and not the spelling. */
  private static final class NothingImplicit extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None: a word like "no" or "1:30" means nothing by itself.
    }
  }
}
