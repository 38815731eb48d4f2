package io.flexora.manual;

import io.flexora.cli.Main;
import io.flexora.host.FlexoraHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.AutoComplete;

/**
 * Writes the sources of the manual's site, and what an installation has besides: schemas, pages for
 * man, and the completion of command lines.
 *
 * @since 0.1
 */
public final class ManualSources {

  private static final String MARKDOWN = ".md";

  /** Pages that stand elsewhere in the source tree, and their names in the manual. */
  private static final Map<String, String> FROM_ELSEWHERE =
      Map.of("SECURITY.md", "security.md", "CHANGELOG.md", "changelog.md");

  private final Path sources;
  private final Path target;

  private ManualSources(Path sources, Path target) {
    this.sources = sources;
    this.target = target;
  }

  /**
   * Writes all of it.
   *
   * @param arguments the folder of an installation, that of the source tree, the folder to write,
   *     and a folder for what the host keeps while it runs
   */
  public static void main(String[] arguments) throws IOException {
    ManualSources manual = new ManualSources(Path.of(arguments[1]), Path.of(arguments[2]));
    try (FlexoraHost host =
        FlexoraHost.builder()
            .home(Path.of(arguments[0]))
            .cache(Path.of(arguments[3]))
            .pollInterval(Duration.ZERO)
            .start()) {
      CommandPages commands = new CommandPages(Main.commandLine());
      Map<String, String> reference = new ReferencePages(host.catalog()).pages();
      reference.put("commands.md", commands.reference());
      manual.write(reference);
      for (Map.Entry<String, String> page : commands.man().entrySet()) {
        manual.write("man/man1/" + page.getKey(), page.getValue());
      }
      manual.write("completion/flexora.bash", AutoComplete.bash("flexora", Main.commandLine()));
      manual.write("schema/experiment.json", host.schema());
      manual.write("schema/comparison.json", host.comparisonSchema());
    }
  }

  private void write(Map<String, String> reference) throws IOException {
    Map<String, String> pages = new LinkedHashMap<>();
    Path docs = sources.resolve("distribution/docs");
    for (Path file : files(docs)) {
      if (file.toString().endsWith(MARKDOWN)) {
        pages.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    for (Map.Entry<String, String> other : FROM_ELSEWHERE.entrySet()) {
      pages.put(other.getValue(), Files.readString(sources.resolve(other.getKey())));
    }
    pages.putAll(reference);
    PageLinks links = new PageLinks(FROM_ELSEWHERE);
    Path markdown = Files.createDirectories(target.resolve("markdown"));
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Files.writeString(markdown.resolve(page.getKey()), links.inManual(page.getValue()));
    }
    copyOthers(docs);
  }

  private void write(String name, String text) throws IOException {
    Path file = target.resolve("installed").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void copyOthers(Path docs) throws IOException {
    Path resources = Files.createDirectories(target.resolve("resources"));
    for (Path file : files(docs)) {
      String name = file.getFileName().toString();
      if (!name.endsWith(MARKDOWN)) {
        Path folder = name.equals(Menu.FILE) ? target : resources;
        Files.write(folder.resolve(name), Files.readAllBytes(file));
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
