package io.flexora.config.option;

import io.flexora.api.plugin.Effect;
import io.flexora.config.yaml.ConfigNode.Scalar;
import java.util.Optional;
import java.util.Set;

/**
 * The type of an option.
 *
 * @since 0.1
 */
public sealed interface OptionType {

  /** The type in a word or two, such as {@code whole number}. */
  String name();

  /** What is accepted, to follow "has to be": {@code a whole number from 1 to 64}. */
  String accepted();

  /** A type whose values are written as one word, number or text. */
  non-sealed interface Word extends OptionType {

    /** Reads a value; empty if it is not one. */
    Optional<Object> read(Scalar scalar);

    /** What the user most likely meant or should do, to follow a sentence; may be empty. */
    String hint(Scalar scalar);

    /** How the value is written out. */
    default Scalar written(Scalar scalar, Object value) {
      return scalar;
    }
  }

  /**
   * An extension chosen by name.
   *
   * @param kind the kind of its extension point
   * @param affects the parts of a cell that extensions of this point move
   */
  record Chosen(String kind, Set<Effect> affects) implements OptionType {

    /** Copies the parts. */
    public Chosen {
      affects = Set.copyOf(affects);
    }

    @Override
    public String name() {
      return kind;
    }

    @Override
    public String accepted() {
      return "the name of " + Words.aOrAn(kind) + ", alone or after 'use:' with its options";
    }
  }

  /**
   * Options of their own.
   *
   * @param type the record that holds them
   */
  record Nested(Class<? extends Record> type) implements OptionType {

    @Override
    public String name() {
      return "options";
    }

    @Override
    public String accepted() {
      return "a mapping of options";
    }
  }

  /**
   * A list.
   *
   * @param element the type of each element
   */
  record ListOf(OptionType element) implements OptionType {

    @Override
    public String name() {
      return "list of " + element.name();
    }

    @Override
    public String accepted() {
      return "a list, each " + element.accepted();
    }
  }

  /**
   * A mapping of names that the user chooses.
   *
   * @param value the type of each value
   */
  record MapOf(OptionType value) implements OptionType {

    @Override
    public String name() {
      return "map of names to " + value.name();
    }

    @Override
    public String accepted() {
      return "a mapping of names, each to " + value.accepted();
    }
  }

  /**
   * A value that may be left out.
   *
   * @param value the type of the value
   */
  record Maybe(OptionType value) implements OptionType {

    @Override
    public String name() {
      return value.name();
    }

    @Override
    public String accepted() {
      return value.accepted() + ", or null";
    }
  }
}
