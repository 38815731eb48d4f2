package io.flexora.manual;

import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.results.benchmark.BenchmarkedResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The reference of all options, a page for the two kinds of files and one for each kind of
 * extension, from what is installed.
 */
final class ReferencePages {

  /** Addresses that the site's generator would make links of, though nothing is there. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\b(?!https?:)[a-z][a-z0-9]*://[^\\s,;)]*");

  private final ExtensionCatalog catalog;

  ReferencePages(ExtensionCatalog catalog) {
    this.catalog = catalog;
  }

  /** The pages as Markdown, by the names of their files. */
  Map<String, String> pages() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("reference.md", files());
    kinds().forEach(kind -> pages.put(file(kind), kind(kind)));
    return pages;
  }

  private List<String> kinds() {
    return catalog.extensions().stream().map(each -> each.extension().kind()).distinct().toList();
  }

  private static String file(String kind) {
    return "reference-" + kind + ".md";
  }

  private String files() {
    StringBuilder page = new StringBuilder("# All options\n\n");
    page.append(
        """
        This page and those of each kind of extension are made from the installed plugins when the manual is built, so they
        are what `flexora plugins show NAME` says. A section of a file names an extension, alone (`selector: all`) or with its
        options (`selector: {use: random, layers: 3}`); `use: NAME@VERSION` asks for a version. Any option can be
        overridden on the command line: `--set trainer.max_steps=20`.

        | kind | extensions |
        |---|---|
        """);
    for (String kind : kinds()) {
      page.append("| [%s](%s) | %s |\n".formatted(kind, file(kind), names(kind)));
    }
    page.append("\n## An experiment\n\nThe file of `flexora run` and `flexora check`.\n\n");
    page.append(table(OptionModel.of(ExperimentConfiguration.class)));
    page.append("\n## A comparison\n\nThe file of `flexora compare`.\n\n");
    page.append(table(OptionModel.of(ComparisonConfiguration.class)));
    return page.toString();
  }

  private String kind(String kind) {
    StringBuilder page = new StringBuilder("# Options: " + kind + "\n\n");
    for (InstalledExtension each : catalog.ofKind(kind)) {
      page.append("## %s\n\n".formatted(each.extension().name()));
      page.append(text(each.extension().doc())).append("\n\n");
      BenchmarkedResult.of(each.extension())
          .forEach(measured -> page.append("%s\n\n".formatted(text(measured.line()))));
      OptionModel model = FlexoraHost.options(each);
      page.append(model.options().isEmpty() ? "It has no options.\n\n" : table(model) + "\n");
      page.append("From %s %s.\n\n".formatted(each.plugin(), each.version()));
    }
    return page.toString();
  }

  private String table(OptionModel model) {
    StringBuilder table =
        new StringBuilder("| option | value | default | meaning |\n|---|---|---|---|\n");
    model.options().forEach(option -> addRows(table, option, ""));
    return table.toString();
  }

  private void addRows(StringBuilder table, OptionDescription option, String prefix) {
    String key = prefix + option.key();
    table.append(
        "| %s | %s | %s | %s |\n"
            .formatted(
                keys(key, option),
                text(option.type().accepted()) + choices(option.type()),
                option.isRequired()
                    ? "required"
                    : option.byDefault().map(ReferencePages::code).orElse(""),
                text(option.doc())));
    String inner = key + (isMap(option.type()) ? ".NAME." : ".");
    option.nested().ifPresent(model -> model.options().forEach(o -> addRows(table, o, inner)));
  }

  private static boolean isMap(OptionType type) {
    return type instanceof OptionType.MapOf
        || (type instanceof OptionType.Maybe maybe && isMap(maybe.value()));
  }

  private static String keys(String key, OptionDescription option) {
    String also =
        option.aliases().stream().map(ReferencePages::code).collect(Collectors.joining(", "));
    return code(key) + (also.isEmpty() ? "" : ", also " + also);
  }

  /** Where the extensions are that can be named there. */
  private static String choices(OptionType type) {
    return type instanceof OptionType.Chosen chosen
        ? " ([which](%s))".formatted(file(chosen.kind()))
        : type instanceof OptionType.Maybe maybe ? choices(maybe.value()) : "";
  }

  private String names(String kind) {
    return catalog.ofKind(kind).stream()
        .map(each -> each.extension().name())
        .distinct()
        .map(name -> "[%s](%s#%s)".formatted(name, file(kind), name))
        .collect(Collectors.joining(", "));
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  /** Text of which nothing is taken for Markdown. */
  private static String text(String text) {
    StringBuilder all = new StringBuilder();
    Matcher addresses = ADDRESS.matcher(text);
    int from = 0;
    while (addresses.find()) {
      all.append(escaped(text.substring(from, addresses.start()))).append(code(addresses.group()));
      from = addresses.end();
    }
    return all.append(escaped(text.substring(from))).toString();
  }

  private static String escaped(String text) {
    return text.replaceAll("[\\\\`*_\\[\\]<>|#]", "\\\\$0").replaceAll("\\s+", " ");
  }
}
