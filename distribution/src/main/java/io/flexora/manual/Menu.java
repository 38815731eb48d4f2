package io.flexora.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The menu of the manual: sections of pages in the order of a file, which has the title of a
 * section or, indented, the name of a page in each line. A page that is in no section gets into the
 * last.
 *
 * @param sections the pages of each section
 */
record Menu(Map<String, List<String>> sections) {

  static final String FILE = "menu.txt";

  private static final String OTHERS = "Further pages";

  /** Reads the file. */
  static Menu read(Path file) throws IOException {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> pages = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(" ")) {
        pages.add(line.strip());
      } else if (!line.isBlank()) {
        pages = new ArrayList<>();
        sections.put(line.strip(), pages);
      }
    }
    return new Menu(sections);
  }

  /**
   * The menu with a last section of those pages that it does not have.
   *
   * @throws IllegalArgumentException if it has a page that is not there
   */
  Menu withOthers(Set<String> pages) {
    Set<String> others = new LinkedHashSet<>(pages);
    for (String page : sections.values().stream().flatMap(List::stream).toList()) {
      if (!pages.contains(page)) {
        throw new IllegalArgumentException(
            "%s has the page '%s', which is not there".formatted(FILE, page));
      }
      others.remove(page);
    }
    Map<String, List<String>> all = new LinkedHashMap<>(sections);
    if (!others.isEmpty()) {
      all.put(OTHERS, List.copyOf(others));
    }
    return new Menu(all);
  }
}
