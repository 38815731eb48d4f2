package io.flexora.config.binding;

import io.flexora.config.binding.Binding.Value;
import io.flexora.config.option.ComponentType;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.config.option.Words;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.Location;
import io.flexora.config.yaml.Quote;
import io.flexora.files.message.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Binds the choice of an extension, with its options. */
final class ComponentBinding {

  private final ComponentTypes types;
  private final ComponentFactory factory;
  private final Binding binding;
  private final Mistakes mistakes;

  ComponentBinding(
      ComponentTypes types, ComponentFactory factory, Binding binding, Mistakes mistakes) {
    this.types = types;
    this.factory = factory;
    this.binding = binding;
    this.mistakes = mistakes;
  }

  /** Binds a bare word, or a mapping with {@code use}; empty if there was a mistake. */
  Optional<Value> bind(ConfigNode node, OptionType.Chosen chosen, Place place) {
    Optional<String> reference = node.reference();
    if (reference.isEmpty() && !names(node)) {
      reference = place.fallback();
    }
    if (reference.isEmpty()) {
      mistakes.problem(
          useLocation(node),
          place.phrase()
              + " does not say which "
              + chosen.kind()
              + place
                  .meant()
                  .map(option -> NearestName.question(option) + " If not, write 'use: NAME'. ")
                  .orElse("; write 'use: NAME'. ")
              + installed("", chosen.kind()));
      return Optional.empty();
    }
    Optional<ComponentType> type = types.find(chosen.kind(), reference.get());
    if (type.isEmpty()) {
      mistakes.problem(useLocation(node), notFound(chosen.kind(), reference.get(), place));
      return Optional.empty();
    }
    noteOverride(type.get(), useLocation(node));
    noteRivals(type.get(), reference.get(), useLocation(node));
    return bind(options(node, place), type.get(), place);
  }

  /** Reports a replacement of a shipped extension, though it was asked for. */
  private void noteOverride(ComponentType used, Location location) {
    if (!used.shipped()) {
      types.ofKind(used.extension().kind()).stream()
          .filter(type -> type.shipped() && type.name().equals(used.name()))
          .findFirst()
          .ifPresent(
              shipped ->
                  mistakes.override(
                      location,
                      "%s is that of %s, in place of the shipped one of %s"
                          .formatted(used.phrase(), used.ofPlugin(), shipped.ofPlugin())));
    }
  }

  /** A name alone does not say which plugin is meant, where several bring it. */
  private void noteRivals(ComponentType used, String reference, Location location) {
    List<String> refused = types.refused(used.extension().kind(), used.name());
    List<String> rivals = new ArrayList<>(refused);
    if (reference.equals(used.name())) {
      types.ofKind(used.extension().kind()).stream()
          .filter(type -> type.name().equals(used.name()) && !type.equals(used))
          // The replacement was asked for, and is reported as one.
          .filter(type -> !(type.shipped() && type.plugin().equals(used.plugin())))
          .map(ComponentType::ofPlugin)
          .forEach(rivals::add);
    }
    if (rivals.isEmpty()) {
      return;
    }
    String others = String.join(" and ", rivals);
    String way =
        refused.isEmpty()
            ? "write '%s' to keep to it, or the version of the other".formatted(used.reference())
            : "remove one of them, since they have the same version";
    mistakes.contested(
        location,
        "%s is that of %s, but %s has one, too; %s"
            .formatted(used.phrase(), used.ofPlugin(), others, way));
  }

  private Optional<Value> bind(Mapping options, ComponentType type, Place place) {
    return model(type, options.location())
        .flatMap(model -> binding.bindRecord(options, model, place.of(type)))
        .map(value -> chosen(type, value));
  }

  private Value chosen(ComponentType type, Value options) {
    Location location = options.node().location();
    List<Entry> entries = new ArrayList<>();
    Scalar reference = Scalar.ofText(location, type.reference());
    entries.add(new Entry(ConfigNode.USE, location, reference));
    entries.addAll(((Mapping) options.node()).entries());
    return new Value(
        new ChosenComponent<>(type, (Record) options.value(), options.node(), factory),
        new Mapping(location, entries));
  }

  private Optional<OptionModel> model(ComponentType type, Location location) {
    try {
      return Optional.of(OptionModel.of(type.extension().configuration()));
    } catch (IllegalArgumentException | LinkageError e) {
      mistakes.problem(
          location,
          type.phrase()
              + " of plugin '"
              + type.plugin()
              + "' cannot be configured: "
              + e.getMessage());
      return Optional.empty();
    }
  }

  private Mapping options(ConfigNode node, Place place) {
    if (!(node instanceof Mapping mapping)) {
      return new Mapping(node.location(), List.of());
    }
    List<Entry> uses = mapping.entries().stream().filter(ComponentBinding::isUse).toList();
    uses.stream().skip(1).forEach(use -> mistakes.twice(uses.get(0), use, place));
    return new Mapping(
        mapping.location(), mapping.entries().stream().filter(e -> !isUse(e)).toList());
  }

  private String notFound(String kind, String reference, Place place) {
    String name = reference.replaceFirst("@.*", "");
    List<ComponentType> ofName =
        types.ofKind(kind).stream().filter(type -> type.name().equals(name)).toList();
    String meant = place.isDefault() ? ", which is " + place.phrase() : "";
    if (!ofName.isEmpty()) {
      String versions = Words.list(ofName.stream().map(ComponentType::version).toList());
      String version = Quote.quoted(reference.substring(name.length()).replaceFirst("@", ""));
      String what = kind + " '" + name + "' is not installed in version " + version + meant;
      return what + "; installed: " + versions;
    }
    String nearest = NearestName.to(name, names(kind)).map(NearestName::question).orElse(".");
    return "there is no "
        + kind
        + " "
        + Quote.quoted(name)
        + meant
        + nearest
        + " "
        + installed(name, kind)
        + types.unusable(name).stream().map(plugin -> "; " + plugin).collect(Collectors.joining());
  }

  private String installed(String name, String kind) {
    return "Installed: " + NearestName.list(name, names(kind), Optional.of("flexora plugins"));
  }

  private List<String> names(String kind) {
    return types.ofKind(kind).stream().map(ComponentType::name).distinct().toList();
  }

  private static boolean names(ConfigNode node) {
    return node instanceof Mapping mapping && mapping.get(ConfigNode.USE).isPresent();
  }

  private static Location useLocation(ConfigNode node) {
    return node instanceof Mapping mapping
        ? mapping.get(ConfigNode.USE).orElse(node).location()
        : node.location();
  }

  private static boolean isUse(Entry entry) {
    return entry.key().equals(ConfigNode.USE);
  }
}
