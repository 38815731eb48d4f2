package io.flexora.experiment.use;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.option.EnumConstant;
import io.flexora.config.option.OptionModel;
import io.flexora.config.option.OptionType;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.setup.Wiring;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.MethodKeys;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds the installed adapter method that computes an adapter: one whose {@code peft_type} is the
 * adapter's, and that does what all other keys say. Its options are taken from the keys that are
 * called like them.
 */
final class MethodSearch {

  private static final String KIND = "adapter";

  /** More keys than there are: some are no options of the method at all. */
  private static final int NO_OPTIONS = Integer.MAX_VALUE;

  private final ExtensionCatalog catalog;
  private final Wiring wiring;

  MethodSearch(ExtensionCatalog catalog, Wiring wiring) {
    this.catalog = catalog;
    this.wiring = wiring;
  }

  /**
   * The reason why a method does not compute the adapter.
   *
   * @param name the method
   * @param keys how many keys say what it does not do
   */
  private record Refusal(String name, int keys, FlexoraException why) {}

  /**
   * Finds the method, with the adapter's options.
   *
   * @throws FlexoraException if none computes it: with the plugin that would bring the one that is
   *     meant, or with what that one, or else the one that comes closest, does not do
   */
  AdapterMethod of(PeftAdapter adapter) {
    String type = MethodKeys.type(adapter);
    List<InstalledExtension> candidates = new ArrayList<>(catalog.ofKind(KIND));
    candidates.sort(
        Comparator.comparing((InstalledExtension candidate) -> !name(candidate).equals(type))
            .thenComparing(InstalledExtension::origin));
    List<Refusal> refusals = new ArrayList<>();
    for (InstalledExtension candidate : candidates) {
      Optional<AdapterMethod> method = tried(candidate, adapter, refusals);
      if (method.isPresent()) {
        return method.get();
      }
    }
    throw refused(adapter, refusals);
  }

  private Optional<AdapterMethod> tried(
      InstalledExtension candidate, PeftAdapter adapter, List<Refusal> refusals) {
    String name = name(candidate);
    int keys = NO_OPTIONS;
    try {
      AdapterMethod method = made(candidate, adapter);
      if (!reads(method, MethodKeys.type(adapter))) {
        return Optional.empty();
      }
      keys = MethodKeys.notDone(adapter, method).size();
      MethodKeys.requireSame(adapter, method, name);
      return Optional.of(method);
    } catch (FlexoraException e) {
      refusals.add(new Refusal(name, keys, e));
      return Optional.empty();
    }
  }

  /** What is saved as plain LoRA alone is read by the method of that. */
  private static boolean reads(AdapterMethod method, String type) {
    return method.form().written() != AdapterForm.Written.PLAIN_LORA_ALONE
        && type.equalsIgnoreCase(String.valueOf(method.form().configuration().get("peft_type")));
  }

  private static String name(InstalledExtension candidate) {
    return candidate.extension().name();
  }

  private FlexoraException refused(PeftAdapter adapter, List<Refusal> refusals) {
    String type = MethodKeys.type(adapter);
    Optional<PeftMethods.AdapterKind> row = PeftMethods.shipped().meant(adapter);
    String meant = row.map(PeftMethods.AdapterKind::method).orElse(type);
    if (row.isPresent() && !names().contains(meant)) {
      return missing(adapter, row.get());
    }
    // Keys of another type may be no options of a method, which then says nothing of this one.
    return refusals.stream()
        .filter(refusal -> refusal.keys() < NO_OPTIONS || refusal.name().equals(meant))
        .min(
            Comparator.comparing((Refusal refusal) -> !refusal.name().equals(meant))
                .thenComparingInt(Refusal::keys))
        .map(Refusal::why)
        .orElseGet(() -> unknown(type));
  }

  private FlexoraException missing(PeftAdapter adapter, PeftMethods.AdapterKind row) {
    String idle =
        catalog.unusable(row.method()).stream()
            .map(plugin -> "; " + plugin)
            .collect(Collectors.joining());
    return new FlexoraException(
        "%1$s is read by adapter method '%2$s', which is not installed. Plugin %3$s brings it: take %3$s.jar from a Flexora distribution and put it into the plugins folder, or name its path to 'flexora plugins install'. Installed: %4$s%5$s"
            .formatted(row.words(adapter), row.method(), row.plugin(), names(), idle));
  }

  private FlexoraException unknown(String type) {
    return new FlexoraException(
        "no installed adapter method reads the peft_type '%s'; there are %s"
            .formatted(type, names()));
  }

  private List<String> names() {
    return catalog.ofKind(KIND).stream().map(MethodSearch::name).distinct().toList();
  }

  private AdapterMethod made(InstalledExtension found, PeftAdapter adapter) {
    OptionModel options = OptionModel.of(found.extension().configuration());
    Map<String, Object> given = new TreeMap<>(MethodKeys.options(adapter));
    given.entrySet().removeIf(e -> !isOption(options, e.getKey(), e.getValue()));
    try {
      return wiring.create(AdapterMethod.class, found, node(given));
    } catch (ConfigurationException e) {
      // What was bound is a part of the file, written anew: the places in it are not the user's.
      String problems =
          e.problems().stream().map(ConfigProblem::message).collect(Collectors.joining("; "));
      throw new FlexoraException(AdapterFolder.CONFIGURATION + ": " + problems, e);
    }
  }

  /**
   * Whether a key is written as an option. Where PEFT takes names or one regular expression, the
   * option holds the names alone. And where false, which PEFT writes for a random start, is none of
   * an option's words, the default stands, and the method is asked whether it reads false as that.
   */
  private static boolean isOption(OptionModel options, String key, Object value) {
    return options
        .find(key)
        .filter(option -> !(option.type() instanceof OptionType.ListOf && value instanceof String))
        .filter(
            option -> !(option.type() instanceof EnumConstant choice && isNoWord(choice, value)))
        .isPresent();
  }

  private static boolean isNoWord(EnumConstant choice, Object value) {
    return value.equals(false) && !choice.words().contains(value.toString());
  }

  private static ConfigNode node(Map<String, Object> keys) {
    try {
      // JSON is YAML.
      String text = new ObjectMapper().writeValueAsString(keys);
      return new ConfigurationReader().parse(text, AdapterFolder.CONFIGURATION);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was read as JSON is none", e);
    }
  }
}
