package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.files.message.NearestName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A constant of an enum, written in lower case with hyphens, or with the underscores that other
 * tools use.
 *
 * @param type the enum
 * @since 0.1
 */
public record EnumConstant(Class<? extends Enum<?>> type) implements OptionType.Word {

  /** The words, in the order of the constants. */
  public List<String> words() {
    return constants().map(Words::of).toList();
  }

  /** The words, and those with a hyphen also with underscores. */
  public List<String> spellings() {
    return words().stream()
        .flatMap(word -> Stream.of(word, word.replace('-', '_')))
        .distinct()
        .toList();
  }

  @Override
  public String name() {
    return "one of " + String.join("|", words());
  }

  @Override
  public String accepted() {
    return "one of: " + Words.list(words());
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    return constants()
        .filter(constant -> Words.of(constant).equals(scalar.text().replace('_', '-')))
        .map(Object.class::cast)
        .findFirst();
  }

  @Override
  public String hint(Scalar scalar) {
    return NearestName.to(scalar.text(), words()).map(NearestName::question).orElse("");
  }

  @Override
  public Scalar written(Scalar scalar, Object value) {
    return Scalar.ofText(scalar.location(), scalar.text());
  }

  private Stream<Enum<?>> constants() {
    return Stream.of(type.getEnumConstants());
  }
}
