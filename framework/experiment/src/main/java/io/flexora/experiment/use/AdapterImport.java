package io.flexora.experiment.use;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.inputs.AdapterPlans;
import io.flexora.experiment.setup.Wiring;
import io.flexora.files.durable.ReadFailure;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.formats.peft.PeftLayout;
import io.flexora.formats.peft.UniformRank;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Reads adapters in PEFT's format, and LoRA in llama.cpp's. */
public final class AdapterImport {

  private final MethodSearch methods;

  /** Makes the import, by the installed adapter methods. */
  public AdapterImport(ExtensionCatalog catalog, Wiring wiring) {
    methods = new MethodSearch(catalog, wiring);
  }

  /**
   * An adapter, and what computes it.
   *
   * @param folder where it was read
   * @param adapter its configuration and tensors
   * @param method the method, with the adapter's options
   * @param layout where it sits in the model
   */
  record Imported(Path folder, PeftAdapter adapter, AdapterMethod method, PeftLayout layout) {

    /**
     * The plan with the shapes and constants that the file has.
     *
     * @throws FlexoraException if they do not fit the model
     */
    AdapterPlan started(AdapterPlan plan, AdapterPlans adapters) {
      if (method.initialisation().isEmpty() && !method.form().shapesVary()) {
        return plan;
      }
      return placed(
          () ->
              plan.withStart(
                  adapter.start(
                      adapters.pretrained().shape(),
                      plan,
                      () -> adapters.started(plan).start().orElseThrow())));
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
      Path gguf = folder.resolve(GgufLoraFile.NAME);
      Path place = Files.isRegularFile(gguf) ? gguf : folder;
      PeftAdapter adapter =
          UniformRank.of(
              isGguf(place) ? GgufLoraFile.read(place, model.get()) : AdapterFolder.read(place));
      AdapterMethod method = methods.of(adapter);
      return new Imported(folder, adapter, method, PeftLayout.of(shape, adapter));
    } catch (IOException e) {
      throw new FlexoraException(
          "the adapter in %s cannot be read: %s".formatted(folder, ReadFailure.reason(folder, e)),
          e);
    } catch (FlexoraException e) {
      throw about(folder, e);
    }
  }

  /**
   * Refuses what is not there, and the folder of a run.
   *
   * @param folder as for {@link #read}
   */
  static void requireThere(Path folder) {
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
}
