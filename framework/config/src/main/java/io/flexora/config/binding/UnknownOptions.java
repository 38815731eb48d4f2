package io.flexora.config.binding;

import io.flexora.config.option.OptionModel;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Quote;
import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keys that mean nothing where they stand. What to say about them is known only when all of the
 * configuration has been seen: often they stand one level too high or too low.
 */
final class UnknownOptions {

  /** Options, and where they are accepted in this configuration. */
  private record Accepting(OptionModel model, Place place) {}

  /** A key at a place that does not accept it. */
  private record Unknown(Accepting by, Entry entry) {}

  private final List<Accepting> accepting = new ArrayList<>();
  private final List<Unknown> unknown = new ArrayList<>();

  /** Notes where options are accepted. */
  void accept(OptionModel model, Place place) {
    accepting.add(new Accepting(model, place));
  }

  /** Notes a key that is not accepted. */
  void add(OptionModel model, Entry entry, Place place) {
    unknown.add(new Unknown(new Accepting(model, place), entry));
  }

  /** Says what is wrong with each, and with the first of each place what is accepted there. */
  List<ConfigProblem> problems() {
    Set<Accepting> told = new HashSet<>();
    return unknown.stream()
        .sorted(Comparator.comparing(found -> found.entry().location()))
        .map(found -> problem(found, told.add(found.by())))
        .toList();
  }

  private ConfigProblem problem(Unknown found, boolean first) {
    Place place = found.by().place();
    String key = found.entry().key();
    OptionModel model = found.by().model();
    String message =
        model.options().isEmpty()
            ? "unknown option " + Quote.quoted(key) + "; " + place.phrase() + " has no options"
            : "unknown option "
                + place.option(key)
                + meant(model, key)
                + (first
                    ? " Accepted: " + NearestName.list(key, model.keys(), place.command())
                    : "");
    return new ConfigProblem(found.entry().location(), message);
  }

  private String meant(OptionModel model, String key) {
    Optional<String> elsewhere =
        accepting.stream()
            .filter(by -> by.model().find(key).isPresent())
            .map(by -> "; it belongs to " + by.place().whole() + ".")
            .findFirst();
    return elsewhere.or(() -> model.nearest(key).map(NearestName::question)).orElse(".");
  }
}
