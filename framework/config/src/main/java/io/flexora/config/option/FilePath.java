package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A {@link Path}; a relative one starts from the folder of the file in which it is written, from
 * the working folder where a flag or a default gives it. Nothing in it is expanded.
 *
 * @since 0.1
 */
public record FilePath() implements OptionType.Word {

  @Override
  public String name() {
    return "path";
  }

  @Override
  public String accepted() {
    return "the path of a file or folder";
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    if (scalar.text().isBlank() || startsFromHome(scalar)) {
      return Optional.empty();
    }
    try {
      return Optional.of(scalar.location().folder().resolve(scalar.text()).normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  @Override
  public String hint(Scalar scalar) {
    return startsFromHome(scalar) ? "; '~' is not expanded, write the whole path" : "";
  }

  @Override
  public Scalar written(Scalar scalar, Object value) {
    return Scalar.ofText(scalar.location(), value.toString());
  }

  private static boolean startsFromHome(Scalar scalar) {
    return scalar.text().equals("~") || scalar.text().startsWith("~/");
  }
}
