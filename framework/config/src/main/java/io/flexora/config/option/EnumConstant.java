package io.flexora.config.option;

import io.flexora.api.plugin.AlsoWritten;
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

  /** The words, those with a hyphen also with underscores, and those of other tools. */
  public List<String> spellings() {
    Stream<String> own = words().stream().flatMap(word -> Stream.of(word, word.replace('-', '_')));
    return Stream.concat(own, constants().flatMap(constant -> alsoWritten(constant).stream()))
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
        .filter(
            constant ->
                Words.of(constant).equals(scalar.text().replace('_', '-'))
                    || alsoWritten(constant).contains(scalar.text()))
        .map(Object.class::cast)
        .findFirst();
  }

  @Override
  public String hint(Scalar scalar) {
    return NearestName.to(scalar.text(), words()).map(NearestName::question).orElse("");
  }

  @Override
  public Scalar written(Scalar scalar, Object value) {
    boolean other = alsoWritten((Enum<?>) value).contains(scalar.text());
    return Scalar.ofText(scalar.location(), other ? Words.of((Enum<?>) value) : scalar.text());
  }

  private List<String> alsoWritten(Enum<?> constant) {
    try {
      AlsoWritten other = type.getField(constant.name()).getAnnotation(AlsoWritten.class);
      return other == null ? List.of() : List.of(other.value());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private Stream<Enum<?>> constants() {
    return Stream.of(type.getEnumConstants());
  }
}
