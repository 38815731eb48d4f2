package io.flexora.distribution.damage;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Something that is done with results. */
interface Use {

  /** The use that goes on with what is there, after all others. */
  String RESUME = "resume";

  /**
   * Uses them.
   *
   * @param told takes what a user is told beside what is found
   * @return what is found
   */
  Object found(List<String> told) throws Exception;

  /**
   * What a use said.
   *
   * @param found what it found; nothing if it was refused
   * @param told the refusal, notices, and why cells failed
   */
  record Said(Object found, List<String> told) {

    /** What was found but for the record, in which what was done again stands twice. */
    Object withoutRecord() {
      return withoutRecord(found);
    }

    private static Object withoutRecord(Object found) {
      if (!(found instanceof Map<?, ?> map)) {
        return found;
      }
      Map<Object, Object> rest = new HashMap<>();
      map.forEach(
          (key, value) -> {
            if (!key.equals("events.jsonl")) {
              rest.put(key, withoutRecord(value));
            }
          });
      return rest;
    }

    /** What is not as another use of the same kind found and told it. */
    String differenceFrom(Said other) {
      return "found %s; told %s instead of %s"
          .formatted(difference("", found, other.found), told, other.told);
    }

    private static String difference(String at, Object one, Object other) {
      if (one.equals(other)) {
        return "";
      }
      if (!(one instanceof Map<?, ?> map && other instanceof Map<?, ?> others)) {
        return "%s: %.500s instead of %.500s".formatted(at, one, other);
      }
      Set<Object> keys = new LinkedHashSet<>(map.keySet());
      keys.addAll(others.keySet());
      return keys.stream()
          .map(
              key ->
                  difference(
                      at + "/" + key,
                      Objects.requireNonNullElse(map.get(key), "nothing"),
                      Objects.requireNonNullElse(others.get(key), "nothing")))
          .filter(text -> !text.isEmpty())
          .collect(Collectors.joining("; "));
    }

    /** Whether it told of a file, or of the checkpoint that it is in. */
    boolean names(Path file) {
      String name = file.getFileName().toString();
      return told.stream().anyMatch(sentence -> sentence.contains(name));
    }
  }

  /** Uses them; only what is meant for users may be thrown. */
  static Said said(Use use) {
    List<String> told = new ArrayList<>();
    try {
      return new Said(use.found(told), told);
    } catch (FlexoraException e) {
      told.add(e.getMessage());
      return new Said("", told);
    } catch (Exception e) {
      return new Said("thrown: " + e, told);
    }
  }
}
