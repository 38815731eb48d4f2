package io.flexora.experiment.use;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.GgufModules;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.StoredPruning;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.WriteFailure;
import io.flexora.files.message.NearestName;
import io.flexora.formats.gguf.GgufLora;
import io.flexora.formats.gguf.Modelfile;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.formats.peft.ServingTool;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.TargetFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Saves a model with adapters in forms that other tools read. */
public final class Export {

  /** What a conversion says of itself, beside the adapter. */
  private static final String README = "README.md";

  private static final Set<String> LORA_FILES =
      Stream.concat(AdapterFolder.FILES.stream(), Stream.of(README)).collect(Collectors.toSet());

  private final ExperimentInputs inputs;
  private final AdapterImport adapters;

  /**
   * Makes the export.
   *
   * @param adapters reads adapters, those that were just written among them
   */
  public Export(ExperimentInputs inputs, AdapterImport adapters) {
    this.inputs = inputs;
    this.adapters = adapters;
  }

  /**
   * Writes a model with adapters, or the pretrained model.
   *
   * @throws FlexoraException if it cannot be opened, or the form cannot hold what was trained
   */
  public ExportOutcome write(EvaluationTarget source, ExportRequest request) {
    String format = request.format();
    if (source instanceof EvaluationTarget.Base && ExportRequest.ADAPTERS.contains(format)) {
      throw new FlexoraException(
          "the pretrained model has no adapter that '%s' could hold; name a run or an adapter"
              .formatted(format));
    }
    if (request.rank().isPresent()
        && !List.of(ExportRequest.LORA, ExportRequest.GGUF_LORA).contains(format)) {
      throw new FlexoraException(
          "a rank is for the formats %s and %s, not for '%s'"
              .formatted(ExportRequest.LORA, ExportRequest.GGUF_LORA, format));
    }
    requireCheckable(request);
    // Before the data is read, and the weights.
    TargetFolder.requireFolder(request.target());
    if (source instanceof EvaluationTarget.Trained trained
        && ExportRequest.ADAPTERS.contains(format)) {
      StoredPruning.requireNone(RunFolder.readCell(trained.run(), trained.cell()), format);
    }
    if (source instanceof EvaluationTarget.Adapter adapter) {
      AdapterImport.requireThere(adapter.folder());
      requireElsewhere(adapter.folder(), request.target());
    }
    Head head = OpenedModel.head(source, inputs);
    try (OpenedModel opened = OpenedModel.open(source, inputs, adapters, head)) {
      return write(opened.model(), opened.theta(), head.classes(), request).with(applied(request));
    } catch (IOException e) {
      throw WriteFailure.explain(request.target(), e);
    }
  }

  private static void requireCheckable(ExportRequest request) {
    String format = request.format();
    boolean gguf = format.equals(ExportRequest.GGUF_LORA);
    if (!request.checked().isEmpty() && !ExportRequest.ADAPTERS.contains(format)) {
      throw new FlexoraException(
          "--check is for the formats %s, not for '%s'"
              .formatted(String.join(", ", ExportRequest.ADAPTERS), format));
    }
    for (ServingTool tool : request.checked()) {
      if (gguf && tool != ServingTool.LLAMA_CPP) {
        throw new FlexoraException(
            "%s (--check) does not read the format %s; export to %s"
                .formatted(tool.label(), format, ExportRequest.LORA));
      }
    }
  }

  private List<ServingTool.Applied> applied(ExportRequest request) throws IOException {
    if (request.checked().isEmpty()) {
      return List.of();
    }
    if (request.format().equals(ExportRequest.GGUF_LORA)) {
      Path file = request.target().resolve(GgufLoraFile.NAME);
      // Refuses a name that is not one of a matrix in the model's GGUF files; A and B of a module.
      int modules = GgufLoraFile.read(file, inputs.pretrained().model()).tensors().size() / 2;
      return List.of(new ServingTool.Applied(ServingTool.LLAMA_CPP, modules, modules, List.of()));
    }
    PeftAdapter written = AdapterFolder.read(request.target());
    ModelShape shape = inputs.pretrained().shape();
    return request.checked().stream().map(tool -> tool.applied(shape, written)).toList();
  }

  /** Writes a model. */
  ExportOutcome write(
      AdaptedModel model, NDArray values, List<String> classes, ExportRequest request)
      throws IOException {
    String format = request.format();
    Path target = request.target();
    if (format.equals(ExportRequest.PEFT)) {
      peft(model, values, target);
      return ExportOutcome.of(Optional.empty());
    } else if (format.equals(ExportRequest.LORA)) {
      return ExportOutcome.of(lora(model, values, target, request.rank()));
    } else if (format.equals(ExportRequest.GGUF_LORA)) {
      return ExportOutcome.of(ggufLora(model, values, target, request.rank()));
    } else {
      ModelExporter exporter =
          model
              .ability(ModelExporter.class)
              .filter(found -> found.exportFormats().contains(format))
              .orElseThrow(() -> unknown(format, model));
      Files.createDirectories(target.toAbsolutePath().getParent());
      return ExportOutcome.of(exporter.export(format, values, classes, target));
    }
  }

  /** A folder is replaced as a whole, and the adapter in it may be the only copy. */
  private static void requireElsewhere(Path adapter, Path target) {
    Path folder = Files.isDirectory(adapter) ? adapter : adapter.toAbsolutePath().getParent();
    try {
      if (Files.exists(target) && Files.isSameFile(folder, target)) {
        throw new FlexoraException(
            "%s holds the adapter that is exported, which would be lost; name an empty folder, or one that is not there"
                .formatted(target));
      }
    } catch (IOException e) {
      throw WriteFailure.explain(target, e);
    }
  }

  private void peft(AdaptedModel model, NDArray values, Path target) {
    TargetFolder.prepare(target, AdapterFolder.FILES);
    PeftAdapter adapter =
        model.plan().method().form().written() != AdapterForm.Written.OWN
            ? LoraForm.own(inputs.pretrained().model(), model, values)
            : PeftAdapter.of(
                inputs.pretrained().shape(),
                model.plan(),
                model.parameters(),
                values.toType(DataType.FLOAT32, false).toFloatArray());
    AdapterFolder.write(target, adapter, readBack(model, values)::require);
  }

  private LoraConversion lora(AdaptedModel model, NDArray values, Path target, OptionalInt rank) {
    TargetFolder.prepare(target, LORA_FILES);
    LoraForm form = LoraForm.of(inputs.pretrained().model(), model, values, rank);
    AtomicReference<LoraConversion> conversion = new AtomicReference<>();
    AdapterFolder.write(
        target,
        form.adapter(),
        folder -> conversion.set(checked(form, readBack(model, values), folder, folder)));
    return conversion.get();
  }

  private LoraConversion ggufLora(
      AdaptedModel model, NDArray values, Path target, OptionalInt rank) {
    TargetFolder.prepare(target, Set.of(GgufLoraFile.NAME, Modelfile.NAME, README));
    if (!model.parameters().ofHead().isEmpty()) {
      throw new FlexoraException(
          "a head of %s was trained, which llama.cpp's adapters cannot hold; export to %s"
              .formatted(
                  model.plan().head().classes().isEmpty()
                      ? "the kind " + model.plan().head().kind()
                      : model.plan().head().classes().size() + " classes",
                  ExportRequest.LORA));
    }
    LoraForm form = LoraForm.of(inputs.pretrained().model(), model, values, rank);
    GgufLora lora = GgufLoraFile.of(inputs.pretrained().model(), form.factors());
    AtomicReference<LoraConversion> conversion = new AtomicReference<>();
    DurableFolder.write(
        target,
        staging -> {
          staging.write(GgufLoraFile.NAME, lora::write);
          byte[] modelfile =
              Modelfile.ofAdapter(inputs.pretrained().shape().baseModel(), GgufLoraFile.NAME);
          staging.write(Modelfile.NAME, out -> out.write(modelfile));
          Path folder = staging.path();
          conversion.set(
              checked(form, readBack(model, values), folder.resolve(GgufLoraFile.NAME), folder));
        });
    return conversion.get();
  }

  /**
   * Compares what was written with the trained model, and says beside it what the conversion took.
   *
   * @param written the adapter
   * @param folder the folder that is written to
   */
  private static LoraConversion checked(
      LoraForm form, ExportCheck check, Path written, Path folder) {
    double difference = check.difference(written);
    LoraConversion conversion = form.conversion(difference);
    if (conversion.whole()) {
      check.require(written);
    }
    DurableFile.write(folder.resolve(README), conversion.markdown());
    return conversion;
  }

  private ExportCheck readBack(AdaptedModel model, NDArray values) {
    return new ExportCheck(inputs, adapters, model, values);
  }

  private FlexoraException unknown(String format, AdaptedModel model) {
    List<String> known = new ArrayList<>(ExportRequest.ADAPTERS);
    if (inputs.pretrained().model().ability(GgufModules.class).isEmpty()
        || !model.parameters().ofHead().isEmpty()) {
      known.remove(ExportRequest.GGUF_LORA);
    }
    model.ability(ModelExporter.class).ifPresent(found -> known.addAll(found.exportFormats()));
    return new FlexoraException(
        "format '%s' (--to) is not known%s".formatted(format, NearestName.hint(format, known)));
  }
}
