package io.flexora.plugin.status;

import io.flexora.plugin.status.PluginStatus.PluginState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A change of one plugin that a look at the plugins' folder found.
 *
 * @param before its status before; empty for a new one
 * @param after its status now; empty for one that is gone
 * @since 0.1
 */
public record PluginChange(Optional<PluginStatus> before, Optional<PluginStatus> after) {

  /** The change in one line, with the cause where the plugin is not in use. */
  public String line() {
    if (after.isEmpty()) {
      return "plugin " + title(before.orElseThrow()) + " was removed";
    }
    PluginStatus now = after.get();
    if (now.state() != PluginState.ACTIVE) {
      String state = now.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return "plugin %s is %s: %s".formatted(title(now), state, now.cause());
    }
    if (!now.cause().isEmpty()) {
      return "plugin %s: %s".formatted(now.name(), now.cause());
    }
    String what = before.filter(PluginChange::isUsable).isPresent() ? "was replaced" : "was added";
    String brings = now.extensions().isEmpty() ? "" : ": " + String.join(", ", now.extensions());
    return "plugin %s %s%s".formatted(title(now), what, brings);
  }

  private static boolean isUsable(PluginStatus status) {
    return status.state() == PluginState.ACTIVE || status.state() == PluginState.SHADOWED;
  }

  private static String title(PluginStatus plugin) {
    return plugin.version().isEmpty() ? plugin.name() : plugin.name() + " " + plugin.version();
  }

  /**
   * Finds what differs between two looks.
   *
   * @param touched the location that counts as changed even if its status is the same: the same
   *     version in another build
   */
  public static List<PluginChange> between(
      List<PluginStatus> before, List<PluginStatus> after, Optional<String> touched) {
    Map<String, PluginStatus> former = new HashMap<>();
    before.forEach(status -> former.put(status.location(), status));
    List<PluginChange> changes = new ArrayList<>();
    for (PluginStatus now : after) {
      Optional<PluginStatus> was = Optional.ofNullable(former.remove(now.location()));
      boolean same = was.filter(now::equals).isPresent();
      if (!same || touched.filter(now.location()::equals).isPresent()) {
        changes.add(new PluginChange(was, Optional.of(now)));
      }
    }
    before.stream()
        .filter(status -> former.containsKey(status.location()))
        .forEach(gone -> changes.add(new PluginChange(Optional.of(gone), Optional.empty())));
    return changes;
  }
}
