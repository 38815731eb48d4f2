package io.flexora.manual;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The manual as a site: pages with a menu, the contents of the page, neighbours and a search that
 * needs no server.
 *
 * @since 0.1
 */
public final class ManualSite {

  private static final String MARKDOWN = ".md";
  private static final String TEMPLATE = "page.html";
  private static final List<String> ASSETS = List.of("manual.css", "manual.js");

  private final Map<String, ManualPage> pages;
  private final List<String> order;
  private final Menu menu;
  private final String version;

  private ManualSite(Map<String, ManualPage> pages, Menu menu, String version) {
    this.pages = pages;
    this.menu = menu.withOthers(pages.keySet());
    this.order = this.menu.sections().values().stream().flatMap(List::stream).toList();
    this.version = version;
  }

  /**
   * Writes the site.
   *
   * @param arguments the folder with {@code markdown}, {@code resources} and the menu, the folder
   *     to write, and the version to show
   */
  public static void main(String[] arguments) throws IOException {
    Path source = Path.of(arguments[0]);
    Path target = Files.createDirectories(Path.of(arguments[1]));
    Map<String, ManualPage> pages = new LinkedHashMap<>();
    for (Path file : files(source.resolve("markdown"))) {
      String name = file.getFileName().toString();
      pages.put(
          name.substring(0, name.length() - MARKDOWN.length()),
          ManualPage.of(name, Files.readString(file)));
    }
    new ManualSite(pages, Menu.read(source.resolve(Menu.FILE)), arguments[2]).write(target);
    for (Path file : files(source.resolve("resources"))) {
      Files.write(target.resolve(file.getFileName()), Files.readAllBytes(file));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private void write(Path target) throws IOException {
    String template = resource(TEMPLATE);
    for (String name : order) {
      Files.writeString(target.resolve(name + ".html"), page(template, name));
    }
    for (String asset : ASSETS) {
      Files.writeString(target.resolve(asset), resource(asset));
    }
    Files.writeString(target.resolve("search.js"), index());
  }

  private static String resource(String name) throws IOException {
    try (var in = ManualSite.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String page(String template, String name) {
    ManualPage page = pages.get(name);
    return template
        .replace("${title}", Html.escaped(page.title()))
        .replace("${version}", Html.escaped(version))
        .replace("${menu}", menu(name))
        .replace("${neighbours}", neighbours(order.indexOf(name)))
        .replace("${contents}", page.contents())
        .replace("${body}", page.body());
  }

  private String menu(String open) {
    StringBuilder html = new StringBuilder();
    menu.sections()
        .forEach(
            (section, names) -> {
              html.append(
                  "<details%s><summary>%s</summary><ul>\n"
                      .formatted(names.contains(open) ? " open" : "", Html.escaped(section)));
              for (String name : names) {
                html.append(
                    "<li><a href=\"%s.html\"%s>%s</a></li>\n"
                        .formatted(
                            name,
                            name.equals(open) ? " aria-current=\"page\"" : "",
                            Html.escaped(pages.get(name).title())));
              }
              html.append("</ul></details>\n");
            });
    return html.toString();
  }

  private String neighbours(int at) {
    return (at > 0 ? neighbour("prev", "Previous", order.get(at - 1)) : "<span></span>")
        + (at + 1 < order.size() ? neighbour("next", "Next", order.get(at + 1)) : "");
  }

  private String neighbour(String relation, String word, String name) {
    return "<a rel=\"%s\" href=\"%s.html\"><small>%s</small>%s</a>"
        .formatted(relation, name, word, Html.escaped(pages.get(name).title()));
  }

  /** The sections of all pages for the search, as a script that a page of a folder can load. */
  private String index() {
    List<String> rows = new ArrayList<>();
    for (String name : order) {
      ManualPage page = pages.get(name);
      for (ManualPage.Section section : page.sections()) {
        String anchor = section.level() == 1 ? "" : "#" + section.id();
        rows.add(
            "[%s,%s,%s,%s]"
                .formatted(
                    Html.script(name + ".html" + anchor),
                    Html.script(page.title()),
                    Html.script(section.title()),
                    Html.script(section.text())));
      }
    }
    return "window.manualIndex=[\n" + String.join(",\n", rows) + "\n];\n";
  }
}
