package io.flexora.formats.gguf;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A model cut into files as llama-gguf-split and the writers of the gguf package do it: the first
 * has the metadata, all have their number, and the name of each ends in {@code
 * -00001-of-00003.gguf}.
 *
 * @param number the number of a part, from 0
 * @param count the parts of the model
 * @param tensors the tensors of all parts, where it is written
 */
record GgufSplit(int number, int count, OptionalInt tensors) {

  private static final String NUMBER = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS = "split.tensors.count";

  /** What a model does not have when its parts are together. */
  static final List<String> KEYS = List.of(NUMBER, COUNT, TENSORS);

  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  private static GgufSplit of(GgufMetadata metadata) {
    return new GgufSplit(
        metadata.findInt(NUMBER).orElse(0),
        metadata.findInt(COUNT).orElse(1),
        metadata.findInt(TENSORS));
  }

  /** The names of the parts after the first by the name of the first; none for another name. */
  static List<String> others(String first) {
    Matcher name = NAME.matcher(first);
    if (!name.matches() || Integer.parseInt(name.group(2)) != 1) {
      return List.of();
    }
    int count = Integer.parseInt(name.group(3));
    return IntStream.rangeClosed(2, count).mapToObj(i -> named(name.group(1), i, count)).toList();
  }

  private static String named(String prefix, int part, int count) {
    return "%s-%05d-of-%05d.gguf".formatted(prefix, part, count);
  }

  /**
   * Opens the parts after the first, which lie beside it, and adds them to the list.
   *
   * @param parts the first file; may be a whole model
   * @throws FlexoraException if the first is another part, or not all of them are there
   * @throws MalformedGgufException if the parts do not belong together
   */
  static void openOthers(List<GgufPart> parts) throws IOException {
    GgufPart first = parts.get(0);
    GgufSplit split = of(first.header().metadata());
    if (split.count <= 1) {
      return;
    }
    split.requireFirst(first.path());
    List<String> names = others(first.path().getFileName().toString());
    if (names.size() != split.count - 1) {
      throw new FlexoraException(
          "%s is the first of %d parts, by which the others are found; its name has to end in '%s'"
              .formatted(first.path(), split.count, named("", 1, split.count)));
    }
    for (String name : names) {
      Path path = first.path().resolveSibling(name);
      if (!Files.isRegularFile(path)) {
        throw new FlexoraException(
            "%s is the first of %d parts, but '%s' is not beside it"
                .formatted(first.path(), split.count, name));
      }
      GgufPart part = GgufPart.open(path);
      parts.add(part);
      split.requirePart(part, parts.size() - 1);
    }
    long tensors = parts.stream().mapToLong(part -> part.header().tensors().size()).sum();
    if (split.tensors.orElse((int) tensors) != tensors) {
      throw new MalformedGgufException(
          first.path(),
          "%s is %d, but its parts have %d tensors"
              .formatted(TENSORS, split.tensors.getAsInt(), tensors));
    }
  }

  private void requireFirst(Path path) {
    if (number != 0) {
      String name = path.getFileName().toString();
      Matcher parts = NAME.matcher(name);
      throw new FlexoraException(
          "%s is part %d of %d of a model; name its first part%s"
              .formatted(
                  path,
                  number + 1,
                  count,
                  parts.matches() ? ", '" + named(parts.group(1), 1, count) + "'" : ""));
    }
  }

  private void requirePart(GgufPart part, int expected) {
    GgufSplit found = of(part.header().metadata());
    if (found.number != expected || found.count != count) {
      throw new MalformedGgufException(
          part.path(),
          "by its name it is part %d of %d, by its metadata %d of %d"
              .formatted(expected + 1, count, found.number + 1, found.count));
    }
  }
}
