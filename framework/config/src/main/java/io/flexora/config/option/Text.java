package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.Optional;

/**
 * A {@code String}, exactly as written: {@code no} and {@code 010} are themselves.
 *
 * @since 0.1
 */
public record Text() implements OptionType.Word {

  @Override
  public String name() {
    return "text";
  }

  @Override
  public String accepted() {
    return "text";
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    return Optional.of(scalar.text());
  }

  @Override
  public String hint(Scalar scalar) {
    return "";
  }

  @Override
  public Scalar written(Scalar scalar, Object value) {
    return Scalar.ofText(scalar.location(), scalar.text());
  }
}
