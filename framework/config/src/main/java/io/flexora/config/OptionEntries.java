package io.flexora.config;

import io.flexora.config.ConfigNode.Entry;
import io.flexora.config.ConfigNode.Mapping;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds which option each line of a mapping is for. */
final class OptionEntries {

  private final OptionModel model;
  private final Place place;
  private final Binding binding;

  OptionEntries(OptionModel model, Place place, Binding binding) {
    this.model = model;
    this.place = place;
    this.binding = binding;
  }

  /** The entries by the main key of their option. */
  Map<String, Entry> of(Mapping node) {
    Map<String, Entry> found = new HashMap<>();
    for (Entry entry : node.entries()) {
      Optional<OptionDescription> option = model.find(entry.key());
      if (option.isEmpty()) {
        binding.unknown().add(model, entry, place);
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
      binding.twice(first, second, place);
    } else {
      String both = Quote.quoted(first.key()) + " and " + place.option(second.key());
      binding.problem(second.location(), "options " + both + " mean the same; keep one");
    }
    return first;
  }
}
