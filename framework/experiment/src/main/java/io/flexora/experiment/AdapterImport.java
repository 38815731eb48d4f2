package io.flexora.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigurationException;
import io.flexora.config.ConfigurationReader;
import io.flexora.config.OptionModel;
import io.flexora.config.OptionType;
import io.flexora.config.Problem;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.AdapterLayout;
import io.flexora.formats.peft.MethodKeys;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.formats.peft.UniformRank;
import io.flexora.plugin.ExtensionCatalog;
import io.flexora.plugin.InstalledExtension;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads adapters in PEFT's format, and LoRA in llama.cpp's. An installed adapter method reads those
 * whose {@code peft_type} is its name in upper case, or that its own configuration has; its options
 * are taken from the keys that are called like them.
 */
final class AdapterImport {

  private static final String KIND = "adapter";

  private final ExtensionCatalog catalog;
  private final Wiring wiring;

  AdapterImport(ExtensionCatalog catalog, Wiring wiring) {
    this.catalog = catalog;
    this.wiring = wiring;
  }

  /**
   * An adapter, and what computes it.
   *
   * @param folder where it was read
   * @param adapter its configuration and tensors
   * @param method the method, with the adapter's options
   * @param layout where it sits in the model
   */
  record Imported(Path folder, PeftAdapter adapter, AdapterMethod method, AdapterLayout layout) {

    /**
     * The plan with the shapes and constants that the file has.
     *
     * @throws FlexoraException if they do not fit the model
     */
    AdapterPlan started(AdapterPlan plan, ExperimentInputs inputs) {
      if (method.initialisation().isEmpty() && !method.shapesVary()) {
        return plan;
      }
      return placed(
          () ->
              plan.withStart(
                  adapter.start(
                      inputs.shape(), plan, () -> inputs.started(plan).start().orElseThrow())));
    }

    /**
     * The values as a model has them.
     *
     * @throws FlexoraException if they do not fit the model
     */
    float[] theta(AdaptedModel model) {
      return placed(() -> adapter.theta(model.parameters(), model.plan()));
    }

    private <T> T placed(Supplier<T> read) {
      try {
        return read.get();
      } catch (FlexoraException e) {
        throw about(folder, e);
      }
    }
  }

  private static boolean isGguf(Path path) {
    return path.toString().endsWith(".gguf") && !Files.isDirectory(path);
  }

  /**
   * Reads an adapter for a model.
   *
   * @param folder its folder, or a file in llama.cpp's form
   * @param model the model, which a file in llama.cpp's form is read for
   * @throws FlexoraException if it cannot be read, no installed method computes it, or it does not
   *     fit the model
   */
  Imported read(Path folder, ModelShape shape, Supplier<BaseModel> model) {
    requireThere(folder);
    try {
      Path gguf = folder.resolve(Export.GGUF_FILE);
      Path place = Files.isRegularFile(gguf) ? gguf : folder;
      PeftAdapter adapter =
          UniformRank.of(
              isGguf(place) ? GgufLoraFile.read(place, model.get()) : AdapterFolder.read(place));
      AdapterMethod method = method(adapter);
      return new Imported(folder, adapter, method, AdapterLayout.of(shape, adapter));
    } catch (IOException e) {
      throw new FlexoraException(
          "the adapter in %s cannot be read: %s".formatted(folder, e.getMessage()), e);
    } catch (FlexoraException e) {
      throw about(folder, e);
    }
  }

  private static void requireThere(Path folder) {
    if (Files.notExists(folder)) {
      throw new FlexoraException("there is no adapter " + folder);
    }
    Path ofRun = RunFolder.adapter(folder);
    if (Files.notExists(folder.resolve(AdapterFolder.CONFIGURATION)) && Files.isDirectory(ofRun)) {
      throw new FlexoraException(
          "%s is the folder of a run; its adapter is in %s".formatted(folder, ofRun));
    }
  }

  /** The message with the adapter's folder, where it does not begin with that itself. */
  private static FlexoraException about(Path folder, FlexoraException e) {
    String message = e.getMessage();
    return new FlexoraException(
        message.startsWith(folder.toString())
            ? message
            : "the adapter in %s: %s".formatted(folder, message),
        e);
  }

  private AdapterMethod method(PeftAdapter adapter) {
    String type = MethodKeys.type(adapter);
    List<InstalledExtension> candidates = new ArrayList<>(catalog.ofKind(KIND));
    candidates.sort((a, b) -> Boolean.compare(isCalled(type, b), isCalled(type, a)));
    FlexoraException first = unknown(type);
    for (InstalledExtension candidate : candidates) {
      try {
        AdapterMethod method = made(candidate, adapter);
        if (reads(method, type)) {
          MethodKeys.requireSame(adapter, method);
          return method;
        }
      } catch (FlexoraException e) {
        first = isCalled(type, candidate) ? e : first;
      }
    }
    throw first;
  }

  /** What is saved as plain LoRA is read by the method of that. */
  private static boolean reads(AdapterMethod method, String type) {
    return !method.savedAsPlainLora()
        && type.equalsIgnoreCase(String.valueOf(method.adapterConfiguration().get("peft_type")));
  }

  private static boolean isCalled(String type, InstalledExtension candidate) {
    return candidate.extension().name().equals(type);
  }

  private FlexoraException unknown(String type) {
    return new FlexoraException(
        "no installed adapter method reads the peft_type '%s'; there are %s"
            .formatted(
                type,
                catalog.ofKind(KIND).stream()
                    .map(found -> found.extension().name())
                    .distinct()
                    .toList()));
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
          e.problems().stream().map(Problem::message).collect(Collectors.joining("; "));
      throw new FlexoraException(AdapterFolder.CONFIGURATION + ": " + problems, e);
    }
  }

  /** Where PEFT takes names or one regular expression, the option holds the names alone. */
  private static boolean isOption(OptionModel options, String key, Object value) {
    return options
        .find(key)
        .filter(option -> !(option.type() instanceof OptionType.ListOf && value instanceof String))
        .isPresent();
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
