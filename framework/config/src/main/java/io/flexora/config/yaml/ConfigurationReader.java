package io.flexora.config.yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads configurations, with the place of each value.
 *
 * <p>Words mean what the option's type makes of them: {@code no}, {@code 010} and {@code 1:30} are
 * text. Tags, merge keys, recursive aliases and several documents are refused, and so is what is
 * larger than 1 MiB, nested deeper than 50 levels or, aliases written out, more than 20,000 values.
 *
 * @since 0.1
 */
public final class ConfigurationReader {

  private final Optional<Path> installation;

  /** A reader that knows of no installation. */
  public ConfigurationReader() {
    this(Optional.empty());
  }

  /**
   * A reader that says where a file that is not there is in the installation.
   *
   * @param installation its folder
   */
  public ConfigurationReader(Optional<Path> installation) {
    this.installation = installation;
  }

  /**
   * Reads a file.
   *
   * @throws ConfigurationException if it is not there, not UTF-8, or not acceptable YAML
   */
  public ConfigNode read(Path file) {
    return parse(new TextFile(file, installation).read(), Location.ofFile(file));
  }

  /**
   * Reads a text; relative paths in it start from the working folder.
   *
   * @param name the name of the text in messages
   * @throws ConfigurationException if it is not acceptable YAML
   */
  public ConfigNode parse(String text, String name) {
    return parse(text, Location.ofText(name));
  }

  /**
   * Writes values over a configuration, one after the other.
   *
   * @param root the configuration; it is not changed
   * @param assignments of the form {@code a.b=c}, where {@code c} is read as YAML. Mappings on the
   *     way are made; a bare word on the way becomes a mapping with {@code use}; a number names an
   *     element of a list
   * @throws ConfigurationException if one of them is malformed; it tells of all that are
   */
  public ConfigNode override(ConfigNode root, List<String> assignments) {
    return new Overrides(this).apply(root, assignments);
  }

  /**
   * Reads a text as that of a file; relative paths in it start from the file's folder.
   *
   * @throws ConfigurationException if it is not acceptable YAML
   */
  public ConfigNode parse(String text, Path file) {
    return parse(text, Location.ofFile(file));
  }

  /** Reads a text that is written at that place, as a whole. */
  ConfigNode parse(String text, Location source) {
    if (text.length() > YamlParser.BYTES) {
      throw new ConfigurationException(
          source, "the text is longer than " + YamlParser.BYTES + " characters");
    }
    try {
      return new NodeComposer(YamlParser.events(text), source).document();
    } catch (YAMLException e) {
      throw SyntaxProblem.of(e, text, source);
    }
  }
}
