package io.flexora.cli.plugins;

import io.flexora.cli.output.Console;
import io.flexora.plugin.install.InstallResult;
import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.status.PluginStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The output of an installation, an update or a removal.
 *
 * @since 0.1
 */
public final class InstallPage {

  private final Console console;

  /** Makes a page on a console. */
  public InstallPage(Console console) {
    this.console = console;
  }

  /** Tells of a plugin that was installed or updated. */
  public void show(InstallResult result) {
    LockedPlugin plugin = result.plugin();
    PluginStatus status = result.status();
    Map<String, Object> members = members(plugin);
    members.put("changed", result.changed());
    members.put("restored", result.restored());
    result.before().ifPresent(before -> members.put("version_before", before.version()));
    members.put("extensions", status.extensions());
    console.json("plugin_installed", members);
    console.result(
        "%s %s %s from %s%s"
            .formatted(
                done(result),
                plugin.name(),
                plugin.version(),
                plugin.location(),
                status.extensions().isEmpty()
                    ? ""
                    : ": " + String.join(", ", status.extensions())));
    console.result("  SHA-256 " + plugin.sha256());
    if (!plugin.signedBy().isEmpty()) {
      console.result("  signed by the key with the SHA-256 " + plugin.signedBy());
    }
    if (plugin.name().indexOf('.') < 0) {
      console.message(
          "its symbolic name '%s' has no group, such as com.example.%1$s: the plugin of another author may have the same"
              .formatted(plugin.name()));
    }
    if (!status.cause().isEmpty()) {
      console.message(plugin.name() + ": " + status.cause());
    }
  }

  private static String done(InstallResult result) {
    if (result.changed()) {
      return result.downgraded()
          ? "Downgraded"
          : result.before().isPresent() ? "Updated" : "Installed";
    }
    return result.restored() ? "Restored" : "Unchanged:";
  }

  /** Tells of a plugin that was removed. */
  public void removed(LockedPlugin plugin) {
    console.json("plugin_removed", members(plugin));
    console.result("Removed %s %s".formatted(plugin.name(), plugin.version()));
  }

  private static Map<String, Object> members(LockedPlugin plugin) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", plugin.name());
    members.put("version", plugin.version());
    members.put("file", plugin.file());
    members.put("source", plugin.source());
    members.put("index", plugin.index());
    members.put("location", plugin.location());
    members.put("sha256", plugin.sha256());
    members.put("bytes", plugin.bytes());
    members.put("signed_by", plugin.signedBy());
    return members;
  }
}
