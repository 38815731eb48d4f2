package io.flexora.experiment;

import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Works without plugins.
 *
 * @param idle what is told of plugins that are there and cannot be used
 */
public record NoExtensions(List<String> idle) implements ExtensionCatalog {

  @Override
  public List<InstalledExtension> extensions() {
    return List.of();
  }

  @Override
  public Optional<InstalledExtension> find(String kind, String reference) {
    return Optional.empty();
  }

  @Override
  public List<String> refused(String kind, String name) {
    return List.of();
  }

  @Override
  public List<String> unusable(String name) {
    return idle;
  }

  @Override
  public List<InstalledExtension> ofKind(String kind) {
    return List.of();
  }

  @Override
  public <R> R undisturbed(Supplier<R> work) {
    return work.get();
  }

  @Override
  public <R> R attributed(Supplier<R> work) {
    return work.get();
  }
}
