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

  /** Folds the menu where it would stand above the text; the width is that of site.css. */
  private static final String FOLD =
      """
      <script>
      document.addEventListener("DOMContentLoaded", function () {
        var list = document.querySelector("#leftColumn nav ul");
        var menu = document.createElement("details");
        var title = document.createElement("summary");
        var wide = window.matchMedia("(min-width: 980px)");
        title.textContent = "Contents";
        list.before(menu);
        menu.append(title, list);
        var fold = function () { menu.open = wide.matches; };
        wide.addEventListener("change", fold);
        fold();
      });
      </script>
      """;

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
   * The description of the site.
   *
   * @param titles of the pages that are there
   * @throws IllegalArgumentException if the menu has a page that is not there
   */
  String site(Map<String, String> titles) {
    Set<String> others = new LinkedHashSet<>(titles.keySet());
    StringBuilder body = new StringBuilder();
    sections.forEach(
        (section, pages) -> {
          pages.forEach(page -> require(page, titles));
          pages.forEach(others::remove);
          body.append(menu(section, pages, titles));
        });
    if (!others.isEmpty()) {
      body.append(menu(OTHERS, List.copyOf(others), titles));
    }
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <site xmlns="http://maven.apache.org/SITE/2.0.0" name="Flexora" combine.self="override">
      <bannerLeft name="Flexora" href="index.html"/>
      <publishDate position="none"/>
      <version position="none"/>
      <skin>
        <groupId>org.apache.maven.skins</groupId>
        <artifactId>maven-fluido-skin</artifactId>
        <version>2.1.0</version>
      </skin>
      <body>
        <head><![CDATA[%s]]></head>
    %s  </body>
    </site>
    """
        .formatted(FOLD, body);
  }

  private static void require(String page, Map<String, String> titles) {
    if (!titles.containsKey(page)) {
      throw new IllegalArgumentException(
          "%s has the page '%s', which is not there".formatted(FILE, page));
    }
  }

  private static String menu(String section, List<String> pages, Map<String, String> titles) {
    StringBuilder menu = new StringBuilder("    <menu name=\"%s\">\n".formatted(xml(section)));
    for (String page : pages) {
      menu.append(
          "      <item name=\"%s\" href=\"%s.html\"/>\n".formatted(xml(titles.get(page)), page));
    }
    return menu.append("    </menu>\n").toString();
  }

  private static String xml(String text) {
    return text.replace("`", "").replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
