package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelExporter;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.WriteFailure;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.TargetFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Saves the trained model of a cell in forms that other tools read. */
final class Export {

  /** The adapter alone, as PEFT reads it. */
  static final String PEFT = "peft";

  /** The adapter alone as LoRA, whatever method trained it. */
  static final String PEFT_LORA = "peft-lora";

  private final ExperimentInputs inputs;
  private final AdapterImport adapters;

  /**
   * Makes the export.
   *
   * @param adapters reads an adapter again
   */
  Export(ExperimentInputs inputs, AdapterImport adapters) {
    this.inputs = inputs;
    this.adapters = adapters;
  }

  void write(CellFolder cell, String format, Path target) {
    TrainedCell trained = TrainedCell.in(cell);
    float[] theta = trained.theta();
    try (AdaptedModel model = inputs.adapt(trained.layers(), cell);
        NDManager manager = inputs.model().manager().newSubManager()) {
      if (format.equals(PEFT) || format.equals(PEFT_LORA)) {
        StoredPruning.requireNone(cell, format);
        TargetFolder.prepare(target, AdapterFolder.FILES);
        NDArray values = Theta.of(manager, model, theta);
        ReadBack check = new ReadBack(inputs, adapters, model, values);
        boolean plain = format.equals(PEFT_LORA) || model.plan().method().savedAsPlainLora();
        PeftAdapter adapter =
            plain ? PlainLoraForm.of(inputs.shape(), model, values) : adapter(model, theta);
        AdapterFolder.write(target, adapter, check::require);
      } else {
        ModelExporter exporter =
            model
                .ability(ModelExporter.class)
                .filter(found -> found.exportFormats().contains(format))
                .orElseThrow(() -> unknown(format, model));
        Files.createDirectories(target);
        exporter.export(format, Theta.of(manager, model, theta), target);
      }
    } catch (IOException e) {
      throw WriteFailure.explain(target, e);
    }
  }

  private PeftAdapter adapter(AdaptedModel model, float[] theta) {
    return PeftAdapter.of(inputs.shape(), model.plan(), model.parameters(), theta);
  }

  private static FlexoraException unknown(String format, AdaptedModel model) {
    List<String> known = new ArrayList<>(List.of(PEFT, PEFT_LORA));
    model.ability(ModelExporter.class).ifPresent(found -> known.addAll(found.exportFormats()));
    return new FlexoraException(
        "format '%s' is not one of %s".formatted(format, String.join(", ", known)));
  }
}
