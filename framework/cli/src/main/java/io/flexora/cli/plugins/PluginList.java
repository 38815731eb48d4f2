package io.flexora.cli.plugins;

import io.flexora.cli.output.Console;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.files.message.Printable;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.lock.PluginsLock;
import io.flexora.plugin.status.PluginChange;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Shows what is installed: the extensions that an experiment can use, then whatever is not in order
 * and why.
 *
 * @since 0.1
 */
public final class PluginList {

  private final Console console;

  /** Makes a list on a console. */
  public PluginList(Console console) {
    this.console = console;
  }

  /** Shows plugins and the extensions of those that are active. */
  public void show(
      List<PluginStatus> plugins, List<InstalledExtension> extensions, PluginsLock lock) {
    plugins.forEach(plugin -> console.json("plugin", members(plugin, lock)));
    extensions.forEach(extension -> console.json("extension", members(extension)));
    console.result(lines(extensions));
    List<PluginStatus> troubled = plugins.stream().filter(PluginList::isTroubled).toList();
    troubled.forEach(plugin -> console.prose(trouble(plugin)));
    showNotLocked(plugins, lock);
    console.result("");
    console.prose(summary(plugins, extensions, troubled.size()));
  }

  /** Tells what was put into the folder by hand, where other plugins are locked. */
  private void showNotLocked(List<PluginStatus> plugins, PluginsLock lock) {
    List<String> files =
        plugins.stream()
            .filter(plugin -> isInFolder(plugin, lock) && !isLocked(plugin, lock))
            .map(plugin -> Path.of(plugin.location()).getFileName().toString())
            .toList();
    if (!lock.plugins().isEmpty() && !files.isEmpty()) {
      console.result("");
      console.prose(
          "Not locked by %s: %s".formatted(lock.file().getFileName(), String.join(", ", files)));
    }
  }

  private static boolean isInFolder(PluginStatus plugin, PluginsLock lock) {
    String folder = lock.file().toString().replaceFirst("\\.lock$", "");
    return Path.of(folder).equals(Path.of(plugin.location()).getParent());
  }

  private static boolean isLocked(PluginStatus plugin, PluginsLock lock) {
    String file = Path.of(plugin.location()).getFileName().toString();
    return isInFolder(plugin, lock) && lock.withFile(file).isPresent();
  }

  /** Shows what changed about one plugin, in one line. */
  public void show(PluginChange change) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("sentence", change.line());
    change.before().ifPresent(before -> members.put("before", members(before)));
    change.after().ifPresent(after -> members.put("after", members(after)));
    console.json("plugin_change", members);
    console.result(change.line());
  }

  /** By kind on a terminal, where it leaves the texts more room; else a row for each. */
  private List<String> lines(List<InstalledExtension> extensions) {
    return console.terminal().results() ? byKind(extensions) : table(extensions);
  }

  private List<String> byKind(List<InstalledExtension> extensions) {
    int name = extensions.stream().mapToInt(e -> e.extension().name().length()).max().orElse(0);
    int version =
        extensions.stream().mapToInt(e -> shortVersion(e.version()).length()).max().orElse(0);
    String head = "  %-" + Math.max(1, name) + "s  %-" + Math.max(1, version) + "s  ";
    List<String> lines = new ArrayList<>();
    String kind = "";
    for (InstalledExtension installed : extensions) {
      if (!installed.extension().kind().equals(kind)) {
        kind = installed.extension().kind();
        lines.add(console.palette().strong(kind));
      }
      String line = head.formatted(installed.extension().name(), shortVersion(installed.version()));
      lines.addAll(
          Paragraph.hanging(line, installed.extension().doc(), line.length(), console.columns()));
    }
    return lines;
  }

  private List<String> table(List<InstalledExtension> extensions) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("KIND"),
                TextTable.words("NAME"),
                TextTable.words("VERSION"),
                TextTable.words("WHAT IT DOES")));
    for (InstalledExtension installed : extensions) {
      table.row(
          List.of(
              installed.extension().kind(),
              installed.extension().name(),
              shortVersion(installed.version()),
              installed.extension().doc()));
    }
    return table.lines(console.palette(), console.columns());
  }

  private String trouble(PluginStatus plugin) {
    Palette palette = console.palette();
    String version = plugin.version().isEmpty() ? "" : " " + shortVersion(plugin.version());
    return System.lineSeparator()
        + palette.strong(Printable.line(plugin.name() + version))
        + " is "
        + palette.bad(word(plugin.state()))
        + (plugin.cause().isEmpty() ? "" : ": " + Printable.line(plugin.cause()))
        + System.lineSeparator()
        + palette.faint("  " + Printable.line(plugin.location()));
  }

  private static String summary(
      List<PluginStatus> plugins, List<InstalledExtension> extensions, int troubled) {
    return "%d extensions of %d plugins%s. `flexora plugins show NAME` explains one of them."
        .formatted(
            extensions.size(),
            plugins.size() - troubled,
            troubled == 0 ? "" : "; %d not in use".formatted(troubled));
  }

  private static boolean isTroubled(PluginStatus plugin) {
    return plugin.state() != PluginState.ACTIVE || !plugin.cause().isEmpty();
  }

  /** Whether a plugin cannot be used, and nobody wanted that. */
  public static boolean isUnusable(PluginStatus plugin) {
    return switch (plugin.state()) {
      case ACTIVE, SHADOWED, STOPPED, UNINSTALLED -> false;
      case UNRESOLVED, FAILED, REFUSED, ALTERED, NOT_A_PLUGIN, INCOMPLETE -> true;
    };
  }

  private static Map<String, Object> members(PluginStatus plugin, PluginsLock lock) {
    Map<String, Object> members = members(plugin);
    members.put("locked", isLocked(plugin, lock));
    return members;
  }

  private static Map<String, Object> members(PluginStatus plugin) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", plugin.name());
    members.put("version", plugin.version());
    members.put("state", plugin.state().name().toLowerCase(Locale.ROOT));
    members.put("cause", plugin.cause());
    members.put("location", plugin.location());
    members.put("extensions", plugin.extensions());
    return members;
  }

  private static Map<String, Object> members(InstalledExtension installed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", installed.extension().kind());
    members.put("name", installed.extension().name());
    members.put("version", installed.version());
    members.put("plugin", installed.plugin());
    members.put("doc", installed.extension().doc());
    return members;
  }

  private static String word(PluginState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The version without the time of its build. */
  static String shortVersion(String version) {
    String[] parts = version.split("\\.", 4);
    return parts.length < 4 ? version : String.join(".", parts[0], parts[1], parts[2]);
  }
}
