package io.flexora.cli.scaffold;

import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;

/**
 * The name of a new extension.
 *
 * @param text lower-case words with hyphens between them
 * @since 0.1
 */
public record PluginName(String text) {

  private static final int LONGEST = 40;

  /**
   * Checks it.
   *
   * @throws FlexoraException if it cannot name an extension, a package and classes
   */
  public PluginName {
    if (!text.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*") || text.length() > LONGEST) {
      throw new FlexoraException(
          ("'%s' cannot name an extension; write at most %d lower-case letters and digits, words"
                  + " parted by single hyphens, such as my-strategy")
              .formatted(text, LONGEST));
    }
    if (SourceVersion.isKeyword(text)) {
      throw new FlexoraException(
          "'%s' is a word of Java and cannot name a package; write another name, such as %s-layers"
              .formatted(text, text));
    }
  }

  /** The package of its classes: {@code com.example.mystrategy}. */
  String inPackage() {
    return "com.example." + text.replace("-", "");
  }

  /** As part of a class's name: {@code MyStrategy}. */
  String inType() {
    return Arrays.stream(text.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }
}
