package io.flexora.cli.plugins;

import io.flexora.cli.output.Console;
import io.flexora.cli.output.Paragraph;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.results.benchmark.BenchmarkedResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Explains one extension: what it does, how it is chosen, and each of its options.
 *
 * @since 0.1
 */
public final class ExtensionPage {

  private final Console console;
  private final ExtensionCatalog catalog;

  /** Makes a page on a console; the catalog tells what can be chosen where. */
  public ExtensionPage(Console console, ExtensionCatalog catalog) {
    this.console = console;
    this.catalog = catalog;
  }

  /** Explains an extension. */
  public void show(InstalledExtension installed) {
    OptionModel model = FlexoraHost.options(installed);
    console.json("extension", members(installed, model));
    console.result(head(installed));
    console.result(paragraph(installed.extension().doc(), 2));
    console.result("");
    console.result(usage(installed, model));
    if (model.options().isEmpty()) {
      console.result("  It has no options.");
    } else {
      model.options().forEach(option -> show(option, ""));
    }
    measured(installed).forEach(this::showMeasured);
  }

  private static List<String> measured(InstalledExtension installed) {
    return BenchmarkedResult.of(installed.extension()).stream()
        .map(BenchmarkedResult::line)
        .toList();
  }

  private void showMeasured(String line) {
    console.result("");
    console.result(paragraph(line, 2));
  }

  private String head(InstalledExtension installed) {
    return console
            .palette()
            .strong(installed.extension().kind() + " " + installed.extension().name())
        + console.palette().faint("  from " + installed.plugin() + " " + installed.version());
  }

  private static List<String> usage(InstalledExtension installed, OptionModel model) {
    List<String> lines = new ArrayList<>();
    lines.add("    " + installed.extension().kind() + ":");
    lines.add("      use: " + installed.extension().name());
    model.options().stream()
        .filter(OptionDescription::isRequired)
        .forEach(option -> lines.add("      " + option.key() + ": ..."));
    lines.add("");
    return lines;
  }

  private void show(OptionDescription option, String prefix) {
    String key = prefix + option.key();
    console.result(
        Paragraph.hanging(
            "  " + console.palette().strong(key) + "  ", facts(option), 4, console.columns()));
    console.result(paragraph(option.doc(), 6));
    option.nested().ifPresent(inner -> inner.options().forEach(o -> show(o, key + ".")));
  }

  private String facts(OptionDescription option) {
    List<String> facts = new ArrayList<>();
    facts.add(option.type().accepted() + choices(option.type()));
    if (option.isRequired()) {
      facts.add(console.palette().bad("required"));
    }
    option.byDefault().ifPresent(text -> facts.add("default " + text));
    if (!option.aliases().isEmpty()) {
      facts.add("also " + String.join(", ", option.aliases()));
    }
    return String.join("; ", facts);
  }

  private String choices(OptionType type) {
    return type instanceof OptionType.Chosen chosen
        ? catalog.ofKind(chosen.kind()).stream()
            .map(installed -> installed.extension().name())
            .distinct()
            .collect(Collectors.joining(", ", " (", ")"))
        : "";
  }

  private List<String> paragraph(String text, int indent) {
    return Paragraph.wrap(text, indent, console.terminal().columns());
  }

  private static Map<String, Object> members(InstalledExtension installed, OptionModel model) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", installed.extension().kind());
    members.put("name", installed.extension().name());
    members.put("version", installed.version());
    members.put("plugin", installed.plugin());
    members.put("doc", installed.extension().doc());
    members.put("measured", measured(installed));
    members.put("options", options(model));
    return members;
  }

  private static List<Map<String, Object>> options(OptionModel model) {
    return model.options().stream().map(ExtensionPage::members).toList();
  }

  private static Map<String, Object> members(OptionDescription option) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("key", option.key());
    members.put("type", option.type().name());
    members.put("accepted", option.type().accepted());
    members.put("required", option.isRequired());
    option.byDefault().ifPresent(text -> members.put("default", text));
    members.put("aliases", option.aliases());
    members.put("doc", option.doc());
    option.nested().ifPresent(inner -> members.put("options", options(inner)));
    return members;
  }
}
