package io.flexora.selector.fixed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The layers that were published, and where.
 *
 * @param sizes the layers of each model
 * @param entries the lists
 */
record PublishedLists(Map<PublishedOptions.Model, Integer> sizes, List<PublishedList> entries) {

  private static final String RESOURCE = "published-layers.txt";
  private static final String FOUND = word(PublishedOptions.Variant.FOUND);
  private static final String CKA = word(PublishedOptions.Variant.CKA);

  /**
   * A list.
   *
   * @param list how many layers the ablation asked for, or the variant
   */
  record PublishedList(
      PublishedOptions.Model model, PublishedOptions.Task task, String list, List<Integer> layers) {

    String label() {
      return PublishedLists.label(task, list);
    }
  }

  static PublishedLists all() {
    try (InputStream in = PublishedLists.class.getResourceAsStream(RESOURCE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return of(reader.lines());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  private static PublishedLists of(Stream<String> lines) {
    Map<PublishedOptions.Model, Integer> sizes = new EnumMap<>(PublishedOptions.Model.class);
    List<PublishedList> entries = new ArrayList<>();
    lines
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" +"))
        .forEach(
            parts -> {
              if (parts[0].equals("model")) {
                sizes.put(model(parts[1]), Integer.valueOf(parts[2]));
              } else {
                entries.add(entry(parts));
              }
            });
    return new PublishedLists(sizes, entries);
  }

  private static PublishedList entry(String[] parts) {
    return new PublishedList(
        model(parts[0]),
        PublishedOptions.Task.valueOf(constant(parts[1])),
        parts[2],
        layers(parts[3]));
  }

  /** Such as {@code 0,2-6,14}. */
  private static List<Integer> layers(String written) {
    return Stream.of(written.split(","))
        .map(part -> part.split("-"))
        .flatMap(
            ends ->
                IntStream.rangeClosed(
                        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .boxed())
        .toList();
  }

  /**
   * The list for a model and a task.
   *
   * @param list the number of layers of the ablation, or the variant
   * @throws IllegalArgumentException if there is none
   */
  List<Integer> of(PublishedOptions.Model model, PublishedOptions.Task task, String list) {
    return find(model, task, list)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no layers were published for %s on %s; for %s there are those of %s"
                        .formatted(word(model), label(task, list), word(model), labels(model))));
  }

  /**
   * The list that is meant where none is named: that of Flexora's search, or that of CKA where
   * there is no other. Where a model and a task are in both sources, CKA has to be named.
   */
  String unnamed(PublishedOptions.Model model, PublishedOptions.Task task) {
    return find(model, task, FOUND).isEmpty() && find(model, task, CKA).isPresent() ? CKA : FOUND;
  }

  private Optional<List<Integer>> find(
      PublishedOptions.Model model, PublishedOptions.Task task, String list) {
    return entries.stream()
        .filter(e -> e.model() == model && e.task() == task && e.list().equals(list))
        .map(PublishedList::layers)
        .findFirst();
  }

  private String labels(PublishedOptions.Model model) {
    return entries.stream()
        .filter(entry -> entry.model() == model)
        .map(PublishedList::label)
        .collect(Collectors.joining(", "));
  }

  private static String label(PublishedOptions.Task task, String list) {
    if (list.equals(FOUND)) {
      return word(task);
    }
    String option = Character.isDigit(list.charAt(0)) ? "layers" : "variant";
    return word(task) + " with " + option + ": " + list;
  }

  /** How a constant is written in a configuration. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static PublishedOptions.Model model(String word) {
    return PublishedOptions.Model.valueOf(constant(word));
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
