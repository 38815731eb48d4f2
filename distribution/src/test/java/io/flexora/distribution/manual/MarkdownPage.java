package io.flexora.distribution.manual;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of the manual as it is written.
 *
 * @param name of its file, without the ending
 * @param text in Markdown
 */
record MarkdownPage(String name, String text) {

  static final Path DOCS =
      Path.of(System.getProperty("flexora.sources"), "distribution/docs").normalize();

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

  /** All pages, by name. */
  static List<MarkdownPage> all() throws IOException {
    try (Stream<Path> files = Files.list(DOCS)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(MarkdownPage::read)
          .toList();
    }
  }

  static MarkdownPage of(String name) {
    return read(DOCS.resolve(name + ".md"));
  }

  static MarkdownPage readme() {
    return read(DOCS.resolve("../../README.md"));
  }

  private static MarkdownPage read(Path file) {
    try {
      String name = file.getFileName().toString();
      return new MarkdownPage(name.substring(0, name.length() - 3), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fenced blocks of a kind, such as yaml. */
  List<String> blocks(String kind) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(kind))
        .map(block -> block.group(2))
        .toList();
  }

  /** The commands of its shell blocks, continued lines joined. */
  List<String> commands() {
    return blocks("sh").stream()
        .flatMap(block -> block.replace("\\\n", " ").lines())
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  /** The cells of its tables' rows, heads left out. */
  List<List<String>> rows() {
    List<String> lines = text.lines().toList();
    return Stream.iterate(1, i -> i < lines.size(), i -> i + 1)
        .filter(i -> lines.get(i).startsWith("|") && lines.get(i - 1).startsWith("|"))
        .filter(i -> !lines.get(i).startsWith("|---"))
        .map(i -> lines.get(i).split("(?<!\\\\)\\|", -1))
        .map(cells -> Stream.of(cells).skip(1).limit(cells.length - 2L).map(String::strip).toList())
        .toList();
  }

  /** The pieces of a text that are set as code. */
  static List<String> codes(String text) {
    return CODE.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return name;
  }
}
