package io.flexora.host.experiment;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.formats.durable.WriteFailure;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.host.run.CellFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Saves the trained model of a cell in forms that other tools read. */
final class Export {

  /** The adapter alone, as PEFT reads it. */
  static final String PEFT = "peft";

  private final Materials materials;
  private final String baseModel;

  /**
   * Makes the export.
   *
   * @param baseModel where the base model comes from, for whoever loads an adapter
   */
  Export(Materials materials, String baseModel) {
    this.materials = materials;
    this.baseModel = baseModel;
  }

  void write(CellFolder cell, String format, Path target) {
    float[] theta = cell.theta().orElseThrow(() -> notTrained(cell));
    Selection selection =
        new StoredSelection(cell.path()).read().orElseThrow(() -> notTrained(cell));
    try (AdaptedModel model = materials.adapt(selection.layers());
        NDManager manager = materials.model().manager().newSubManager()) {
      if (format.equals(PEFT)) {
        AdapterFolder.write(target, adapter(model, theta));
      } else if (model.exportFormats().contains(format)) {
        Files.createDirectories(target);
        model.export(format, Theta.of(manager, model, theta), target);
      } else {
        throw unknown(format, model);
      }
    } catch (IOException e) {
      throw WriteFailure.explain(target, e);
    }
  }

  private PeftAdapter adapter(AdaptedModel model, float[] theta) {
    return PeftAdapter.of(materials.shape(), model.plan(), model.parameters(), theta, baseModel);
  }

  private static FlexoraException notTrained(CellFolder cell) {
    return new FlexoraException(
        "cell '%s' is not trained yet; resume the run first".formatted(cell.path().getFileName()));
  }

  private static FlexoraException unknown(String format, AdaptedModel model) {
    List<String> known = new ArrayList<>(List.of(PEFT));
    known.addAll(model.exportFormats());
    return new FlexoraException(
        "format '%s' is not one of %s".formatted(format, String.join(", ", known)));
  }
}
