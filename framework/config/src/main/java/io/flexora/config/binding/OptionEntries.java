package io.flexora.config.binding;

import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.Quote;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds which option each line of a mapping is for. */
final class OptionEntries {

  private final OptionModel model;
  private final Place place;
  private final Mistakes mistakes;

  OptionEntries(OptionModel model, Place place, Mistakes mistakes) {
    this.model = model;
    this.place = place;
    this.mistakes = mistakes;
  }

  /** The entries by the main key of their option. */
  Map<String, Entry> of(Mapping node) {
    Map<String, Entry> found = new HashMap<>();
    for (Entry entry : node.entries()) {
      Optional<OptionDescription> option = model.find(entry.key());
      if (option.isEmpty()) {
        mistakes.unknown().add(model, entry, place);
      } else {
        found.merge(option.get().key(), entry, this::chosen);
      }
    }
    return found;
  }

  private Entry chosen(Entry first, Entry second) {
    if (first.location().isFlag() != second.location().isFlag()) {
      return first.location().isFlag() ? first : second;
    }
    if (first.key().equals(second.key())) {
      mistakes.twice(first, second, place);
    } else {
      String both = Quote.quoted(first.key()) + " and " + place.option(second.key());
      mistakes.problem(second.location(), "options " + both + " mean the same; keep one");
    }
    return first;
  }
}
