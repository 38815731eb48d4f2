package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code boolean}: {@code true} or {@code false}, whatever the case; not {@code yes} or {@code
 * off}.
 *
 * @since 0.1
 */
public record TrueOrFalse() implements OptionType.Word {

  private static final Set<String> YES = Set.of("yes", "y", "on", "1", "true");
  private static final Set<String> NO = Set.of("no", "n", "off", "0", "false");

  @Override
  public String name() {
    return "true or false";
  }

  @Override
  public String accepted() {
    return "true or false";
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    return switch (scalar.plain() ? scalar.text() : "") {
      case "true", "True", "TRUE" -> Optional.of(true);
      case "false", "False", "FALSE" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  @Override
  public String hint(Scalar scalar) {
    String word = scalar.text().toLowerCase(Locale.ROOT);
    return YES.contains(word) ? "; write true" : NO.contains(word) ? "; write false" : "";
  }

  @Override
  public Scalar written(Scalar scalar, Object value) {
    return new Scalar(scalar.location(), value.toString(), true);
  }
}
